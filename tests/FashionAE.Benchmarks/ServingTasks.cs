using System.Diagnostics;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms.Onnx;

namespace FashionAE.Benchmarks;

/// <summary>Measures a trained encoder with both engines, compared with a session of ONNX Runtime and ML.NET's ApplyOnnxModel.</summary>
internal sealed class ServingTasks : IDisposable
{
    private const int Rows = 10_000;
    private const int Predictions = 4000;

    private static readonly int[] BatchSizes = [16, 32, 64, 128, 256, 512, 1024];

    private readonly MLContext _ml = new(1);
    private readonly ImageSet _images = FashionMnist.Load(FashionMnistSplit.Test);
    private readonly string _folder = Directory.CreateTempSubdirectory("fashionae-bench-").FullName;
    private readonly IDataView _view;
    private readonly float[] _pixels;
    private readonly float[] _codes = new float[2 * Rows];

    public ServingTasks()
    {
        _view = _ml.Data.LoadFromImageSet(_images);
        using var pixels = _images.Batch(0, Rows);
        _pixels = pixels.data<float>().ToArray();
    }

    private string Encoder => Path.Combine(_folder, "encoder.onnx");

    private string Model => Path.Combine(_folder, "model.zip");

    /// <summary>Loads a model and predicts some rows in a new process. Prints its memory in MB.</summary>
    public static void Load(string model, ScoringEngine engine, int predictions)
    {
        var ml = new MLContext();
        using var chain = (TransformerChain<ITransformer>)ml.Model.Load(model, out _);
        chain.OfType<AutoencoderTransformer>().Single().ScoringEngine = engine;
        using var predict = ml.Model.CreatePredictionEngine<Garment, Coded>(chain, new PredictionEngineOptions { OwnsTransformer = false });
        var garment = new Garment { Pixels = new float[784] };
        for (var i = 0; i < predictions; i++)
            predict.Predict(garment);
        Console.WriteLine(Process.GetCurrentProcess().WorkingSet64 >> 20);
    }

    public void Dispose()
    {
        _images.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public void Run()
    {
        var scoring = new Scoring(_ml, _view);
        Stopwatches.PrintHeader("two engines");
        foreach (var (name, architecture) in new (string, AutoencoderArchitecture)[]
        {
            ("dense", new DenseArchitecture(FashionMnist.Shape)), ("convolutional", new ConvolutionalArchitecture(FashionMnist.Shape)),
        })
        {
            using var trained = _ml.Transforms.EncodeWithAutoencoder("Latent", "Pixels", new AutoencoderOptions { Architecture = architecture, Epochs = 1 })
                .Fit(_ml.Data.TakeRows(_view, 256));
            OnnxFile.Save(trained.Model, Encoder, OnnxPart.Encoder);
            _ml.Model.Save(new TransformerChain<ITransformer>(trained), _view.Schema, Model);
            // Each engine has its own copy of the model, like in a service.
            using var libtorch = Loaded(ScoringEngine.LibTorch);
            using var onnx = Loaded(ScoringEngine.OnnxRuntime);
            using var apply = Apply(threads: 2);
            using var applyAlone = Apply(threads: 1);

            Stopwatches.Compare($"{Predictions} rows, {name}: prediction engine / bare session, memory prepared", 5, scoring.Predict(onnx, Predictions, 1), RunBare(Predictions));
            foreach (var (engine, transformer) in new[] { ("ONNX Runtime", onnx), ("libtorch", libtorch) })
                Stopwatches.Compare(
                    $"{Predictions} predictions, {name}, {engine}: in turn / on two threads", 5,
                    scoring.Predict(transformer, Predictions, 1), scoring.Predict(transformer, Predictions / 2, 2));
            Stopwatches.Compare($"{Predictions} predictions, {name}: libtorch / ONNX Runtime", 5, scoring.Predict(libtorch, Predictions, 1), scoring.Predict(onnx, Predictions, 1));
            Stopwatches.Compare($"{Predictions} predictions, {name}: ApplyOnnxModel / ONNX Runtime", 5, scoring.Predict(applyAlone, Predictions, 1), scoring.Predict(onnx, Predictions, 1));

            var (best, title) = Best();
            Stopwatches.Compare($"{Rows} rows, {name}: bare session, {title} / cursor by ONNX Runtime", 9, best, () => scoring.Read(onnx), warmUp: 20);
            Stopwatches.Compare($"{Rows} rows, {name}: cursor by libtorch / by ONNX Runtime", 9, () => scoring.Read(libtorch), () => scoring.Read(onnx));
            Stopwatches.Compare($"{Rows} rows, {name}: ApplyOnnxModel / cursor by ONNX Runtime", 9, () => scoring.Read(apply), () => scoring.Read(onnx));
            Stopwatches.Compare($"{Rows} rows, {name}: ApplyOnnxModel / bare session, {title}", 5, () => scoring.Read(apply), best);

            var memory = new Dictionary<string, string>();
            void Start(ScoringEngine engine, int predictions) => memory[$"{engine} after {predictions}"] = StartProcess(engine, predictions);
            Stopwatches.Compare($"a process from its start to the first prediction, {name}: libtorch / ONNX Runtime", 5, () => Start(ScoringEngine.LibTorch, 1), () => Start(ScoringEngine.OnnxRuntime, 1));
            Start(ScoringEngine.LibTorch, 12_000);
            Start(ScoringEngine.OnnxRuntime, 12_000);
            Console.WriteLine($"| its megabytes, {name}: {string.Join(", ", memory.OrderBy(m => m.Key).Select(m => $"{m.Key}: {m.Value}"))} | | | |");
        }
    }

    private TransformerChain<ITransformer> Loaded(ScoringEngine engine)
    {
        var chain = (TransformerChain<ITransformer>)_ml.Model.Load(Model, out _);
        chain.OfType<AutoencoderTransformer>().Single().ScoringEngine = engine;
        return chain;
    }

    private string StartProcess(ScoringEngine engine, int predictions)
    {
        var start = new ProcessStartInfo("dotnet", [Environment.GetCommandLineArgs()[0], "load", Model, $"{engine}", $"{predictions}"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? text.Trim() : throw new InvalidOperationException($"The process ended with {process.ExitCode}.");
    }

    private OnnxTransformer Apply(int threads) => _ml.Transforms
        .ApplyOnnxModel(new OnnxOptions { ModelFile = Encoder, InputColumns = ["Pixels"], OutputColumns = ["Latent"], IntraOpNumThreads = threads })
        .Fit(_ml.Data.TakeRows(_view, 1));

    /// <summary>Scores the first row repeatedly with a session of one thread.</summary>
    private Action RunBare(int count)
    {
        var session = Session(threads: 1);
        var (run, input, output) = (new RunOptions(), Images(0, 1), Codes(0, 1));
        return () =>
        {
            for (var i = 0; i < count; i++)
                session.Run(run, ["Pixels"], [input], ["Latent"], [output]);
        };
    }

    /// <summary>Scores all rows in batches of a size, with the threads of a session, or with two threads that share a one-thread session.</summary>
    private (Action Run, string Title) Best()
    {
        var (own, single, run) = (Session(threads: 2), Session(threads: 1), new RunOptions());
        void Batch(InferenceSession session, int first, int count)
        {
            using var input = Images(first, count);
            using var output = Codes(first, count);
            session.Run(run, ["Pixels"], [input], ["Latent"], [output]);
        }

        Action InTurn(int size) => () =>
        {
            for (var first = 0; first < Rows; first += size)
                Batch(own, first, Math.Min(size, Rows - first));
        };
        Action SideBySide(int size) =>
            () => Parallel.For(0, (Rows + size - 1) / size, i => Batch(single, i * size, Math.Min(size, Rows - i * size)));
        var ways = BatchSizes.SelectMany(size => new[]
        {
            (Run: InTurn(size), Title: $"batches of {size}, its own threads"), (Run: SideBySide(size), Title: $"batches of {size} side by side"),
        });
        return ways.MinBy(way => Stopwatches.Median(5, TorchSharp.torch.CPU, way.Run));
    }

    private OrtValue Images(int first, int count) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _pixels.AsMemory(784 * first, 784 * count), [count, 784]);

    private OrtValue Codes(int first, int count) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _codes.AsMemory(2 * first, 2 * count), [count, 2]);

    private InferenceSession Session(int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads };
        return new InferenceSession(Encoder, options);
    }
}
