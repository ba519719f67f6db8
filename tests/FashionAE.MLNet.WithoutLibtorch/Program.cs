using FashionAE.MLNet;
using FashionAE.MLNet.WithoutLibtorch;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

// usage: FashionAE.MLNet.WithoutLibtorch DATA MODEL [CHAIN]
// Prints what every first touch of FashionAE ends with; DATA is a folder with Fashion-MNIST, MODEL a .safetensors of its images. With
// TOUCH_TORCHSHARP_FIRST, TorchSharp, which prints a trace, has searched for libtorch before. With CHAIN, a model file whose training-only
// step is rotation, it prints instead what each component makes of a row, and what that chain does.
if (Environment.GetEnvironmentVariable("TOUCH_TORCHSHARP_FIRST") is not null)
    Print("torchsharp", () => TorchSharp.torch.TryInitializeDeviceType(TorchSharp.DeviceType.CPU));
var ml = new MLContext(seed: 1);
if (args is [_, _, var chain])
{
    Components.Run(ml, chain, Print);
    return;
}
var rows = ml.Data.LoadFromEnumerable([new { Pixels = new float[784] }]);
var warnings = new List<string>();
ml.Log += (_, e) =>
{
    if (e.Kind == ChannelMessageKind.Warning)
        warnings.Add(e.Message);
};
Print("data", () => FashionMnist.Load(FashionMnistSplit.Test, args[0]).Count);
Print("view", () => Sums(ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, args[0], ["Bag", "Trouser"])));
Print("idx", () => Sums(ml.Data.TakeShard(ml.Data.LoadFromImageSet(ImageSet.FromIdx(
    Path.Combine(args[0], "t10k-images-idx3-ubyte.gz"), options: new IdxOptions { Transposed = true }).Select([2, 0])), 1, 2)));
Print("noise", () => ml.Transforms.AddGaussianNoise("Pixels").Fit(rows).Transform(rows).GetColumn<float[]>("Pixels").Count());
Print("tensor", () => FashionMnist.Load(FashionMnistSplit.Test, args[0]).Images);
Print("model", () => new ConvolutionalArchitecture(FashionMnist.Shape).Build());
Print("options", () => new TrainingOptions());
Print("device", () => ComputeDevice.Resolve("auto"));
Print("file", () => AutoencoderFile.Load(args[1]));
Print("estimator", () => ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", new AutoencoderOptions()));
Print("scoring", () => Score(ScoringEngine.Auto));
Print("onnx", () => Score(ScoringEngine.OnnxRuntime));
// What could not be made must not end the process when it is finalized.
GC.Collect();
GC.WaitForPendingFinalizers();

// How many codes there are, and the warnings in the log.
string Score(ScoringEngine engine)
{
    using var model = ml.Transforms.ApplyAutoencoder("Code", "Pixels", args[1]).Fit(rows);
    model.ScoringEngine = engine;
    var view = model.Transform(rows);
    var count = view.GetColumn<float[]>("Code").Count() + view.GetColumn<float[]>("Code").Count();
    return string.Join(' ', [$"{count}", .. warnings]);
}

// The sums of the pixels and of the keys, over all rows.
static string Sums(IDataView view) =>
    $"{view.GetColumn<float[]>("Pixels").Sum(pixels => pixels.Sum(pixel => Math.Round(255 * pixel)))} {view.GetColumn<uint>("Label").Sum(key => key)}";

static void Print(string name, Func<object> touch)
{
    try
    {
        Console.WriteLine($"{name}: {touch()}");
    }
#pragma warning disable CA1031 // Whatever it is, the tests look at it.
    catch (Exception e)
#pragma warning restore CA1031
    {
        // What a first touch throws can come out of a type's initializer.
        var cause = e is TypeInitializationException ? e.GetBaseException() : e;
        Console.WriteLine($"{name}: {cause.GetType().Name}: {cause.Message.ReplaceLineEndings(" ")}");
    }
}
