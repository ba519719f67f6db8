using FashionAE.MLNet.Loader;
using Microsoft.ML;
using Microsoft.ML.Data;

// usage: FashionAE.MLNet.Loader MODEL PIXELS
// Prints the bits of the column Code for every image in PIXELS (a file of float32), from a view and from an engine.
var ml = new MLContext();
ITransformer model;
try
{
    model = ml.Model.Load(args[0], out _);
}
#pragma warning disable CA1031 // Whatever it is, the tests look at it.
catch (Exception e)
#pragma warning restore CA1031
{
    for (var cause = e; cause is not null; cause = cause.InnerException)
        Console.WriteLine($"{cause.GetType().FullName}: {cause.Message}");
    return 1;
}

using var chain = (IDisposable)model;
var bytes = File.ReadAllBytes(args[1]);
var pixels = new float[bytes.Length / sizeof(float)];
Buffer.BlockCopy(bytes, 0, pixels, 0, bytes.Length);
var images = pixels.Chunk(ImageInput.Size).Select(image => new ImageInput { Pixels = image }).ToArray();

foreach (var code in model.Transform(ml.Data.LoadFromEnumerable(images)).GetColumn<float[]>("Code"))
    Console.WriteLine(Bits(code));
using var engine = ml.Model.CreatePredictionEngine<ImageInput, CodeOutput>(model);
foreach (var image in images)
    Console.WriteLine(Bits(engine.Predict(image).Code));
return 0;

static string Bits(float[] values) => string.Join(' ', values.Select(v => BitConverter.SingleToInt32Bits(v).ToString("x8")));
