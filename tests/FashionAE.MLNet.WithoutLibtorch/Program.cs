using FashionAE.MLNet;
using FashionAE.MLNet.WithoutLibtorch;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

// usage: FashionAE.MLNet.WithoutLibtorch DATA MODEL [CHAIN]
// Prints the result of each first use of FashionAE. DATA is a folder with Fashion-MNIST, MODEL a .safetensors file for its images. With
// TOUCH_TORCHSHARP_FIRST, TorchSharp first searches for libtorch and prints a trace. With CHAIN, a model file whose training-only step is a
// rotation, it prints instead the result of each component for a row, and that of the chain.
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
// Objects that could not be created must not end the process when they are finalized.
GC.Collect();
GC.WaitForPendingFinalizers();

// The number of codes, and the warnings in the log.
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
#pragma warning disable CA1031 // The tests check the printed exception.
    catch (Exception e)
#pragma warning restore CA1031
    {
        // An exception of a first use can be wrapped by a type initializer.
        var cause = e is TypeInitializationException ? e.GetBaseException() : e;
        Console.WriteLine($"{name}: {cause.GetType().Name}: {cause.Message.ReplaceLineEndings(" ")}");
    }
}
