using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms.Onnx;
using static TorchSharp.torch;

namespace FashionAE.Benchmarks;

/// <summary>The same encoder by libtorch and by ONNX Runtime.</summary>
internal sealed class ServingTasks : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly ImageSet _images = FashionMnist.Load(FashionMnistSplit.Test);
    private readonly IDataView _view;
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("fashionae-bench-").FullName, "encoder.onnx");

    public ServingTasks() => _view = _ml.Data.LoadFromImageSet(_images);

    public void Dispose()
    {
        _images.Dispose();
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }

    public void Run()
    {
        var scoring = new Scoring(_ml, _view);
        using var ready = _images.Batch(0, _images.Count);
        Stopwatches.PrintHeader("libtorch and ONNX Runtime");
        var pixels = ready.data<float>().ToArray();
        foreach (var (name, architecture) in new (string, AutoencoderArchitecture)[]
        {
            ("dense", new DenseArchitecture(FashionMnist.Shape)), ("convolutional", new ConvolutionalArchitecture(FashionMnist.Shape)),
        })
        {
            using var libtorch = _ml.Transforms.EncodeWithAutoencoder("Latent", "Pixels", new AutoencoderOptions { Architecture = architecture, Epochs = 1 })
                .Fit(_ml.Data.TakeRows(_view, 256));
            OnnxFile.Save(libtorch.Model, _file, OnnxPart.Encoder);
            foreach (var threads in new[] { 1, 2 })
            {
                set_num_threads(threads);
                using var session = Session(threads);
                var title = $"encoding 10,000, {name}, {threads} thread{(threads == 1 ? "" : "s")}: libtorch / ONNX Runtime";
                Stopwatches.Compare(title, 9, () => Scoring.Encode(libtorch.Model, ready, libtorch.ScoringBatchSize), () => Encode(session, pixels));
            }
            using var onnx = Apply(threads: 2);
            Stopwatches.Compare("the same by a cursor: EncodeWithAutoencoder / ApplyOnnxModel", 5, () => scoring.Read(libtorch), () => scoring.Read(onnx));

            using var one = Apply(threads: 1);
            foreach (var threads in new[] { 1, 2 })
            {
                var title = $"4,000 predictions, {name}, {threads} engine{(threads == 1 ? "" : "s")}: libtorch / ONNX Runtime";
                Stopwatches.Compare(title, 5, () => scoring.Predict(libtorch, 4000 / threads, threads), () => scoring.Predict(one, 4000 / threads, threads));
            }
        }
    }

    private InferenceSession Session(int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads };
        return new InferenceSession(_file, options);
    }

    private OnnxTransformer Apply(int threads) => _ml.Transforms
        .ApplyOnnxModel(new OnnxOptions { ModelFile = _file, InputColumns = ["Pixels"], OutputColumns = ["Latent"], IntraOpNumThreads = threads })
        .Fit(_ml.Data.TakeRows(_view, 1));

    private static void Encode(InferenceSession session, float[] pixels)
    {
        const int Size = 256;
        using var options = new RunOptions();
        for (var start = 0; start < pixels.Length; start += Size * 784)
        {
            var memory = pixels.AsMemory(start, Math.Min(Size * 784, pixels.Length - start));
            using var images = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, [memory.Length / 784, 784]);
            using var codes = session.Run(options, ["Pixels"], [images], ["Latent"]);
        }
    }
}
