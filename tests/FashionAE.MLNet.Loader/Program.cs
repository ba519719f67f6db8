using System.Runtime.InteropServices;
using FashionAE.MLNet.Loader;
using Microsoft.ML;
using Microsoft.ML.Data;

// usage: FashionAE.MLNet.Loader MODEL INPUT
// Prints the bits of the column Code for each image in INPUT, from a view and from a prediction engine. INPUT is a file of pixels
// (float32).
// For a model that reads image files or their bytes, INPUT is a file of their paths.
var ml = new MLContext();
try
{
    var model = ml.Model.Load(args[0], out var schema);
    using var chain = model as IDisposable;
    if (schema.GetColumnOrNull(nameof(PathInput.ImagePath)) is not null)
        Print(model, File.ReadLines(args[1]).Select(path => new PathInput { ImagePath = path }).ToArray());
    else if (schema.GetColumnOrNull(nameof(BytesInput.Png)) is not null)
        Print(model, File.ReadLines(args[1]).Select(path => new BytesInput { Png = File.ReadAllBytes(path) }).ToArray());
    else
        Print(model, MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(args[1])).ToArray().Chunk(ImageInput.Size).Select(image => new ImageInput { Pixels = image }).ToArray());
    return 0;
}
#pragma warning disable CA1031 // The tests check the printed exception.
catch (Exception e)
#pragma warning restore CA1031
{
    for (var cause = e; cause is not null; cause = cause.InnerException)
        Console.WriteLine($"{cause.GetType().FullName}: {cause.Message}");
    return 1;
}

void Print<T>(ITransformer model, T[] rows)
    where T : class
{
    foreach (var code in model.Transform(ml.Data.LoadFromEnumerable(rows)).GetColumn<float[]>("Code"))
        Console.WriteLine(Bits(code));
    using var engine = ml.Model.CreatePredictionEngine<T, CodeOutput>(model);
    foreach (var row in rows)
        Console.WriteLine(Bits(engine.Predict(row).Code));
}

static string Bits(float[] values) => string.Join(' ', values.Select(v => BitConverter.SingleToInt32Bits(v).ToString("x8")));
