using System.Diagnostics;
using FashionAE.Benchmarks;
using FashionAE.MLNet;
using FashionAE.Torch;
using static TorchSharp.torch;

// Prints seconds and the peak memory of the process in MB. pytorch.py and PlainTorchSharp.cs (with the prefix "plain-") have the same
// tasks.
var task = args.Length > 0 ? args[0] : "";
if (task == "pipelines")
{
    using var pipelines = new PipelineTasks();
    pipelines.Run();
    return;
}
if (task == "serving")
{
    using var serving = new ServingTasks();
    serving.Run();
    return;
}
if (task == "services")
{
    using var load = new ServiceLoad();
    load.Run(args[1..]);
    return;
}
if (task == "telemetry")
{
    TelemetryTasks.Run();
    return;
}
if (task == "survival")
{
    using var survival = new ServiceSurvival(args[1], args[2]);
    survival.Run();
    return;
}
if (task == "anomalies")
{
    using var anomalies = new AnomalyTasks();
    anomalies.Run();
    return;
}
if (task == "drift")
{
    using var drift = new DriftTasks();
    drift.Run();
    return;
}

if (task == "choices")
{
    // A folder for the results; then the architectures, all unless named.
    using (var choices = new ChoiceTasks(args[1]))
        choices.Run(args[2..]);
    return;
}
if (task == "choice-pictures")
{
    ChoicePictures.Draw(args[1], args[2]);
    return;
}

if (task == "continuing")
{
    // The arguments are epochs, seeds, and whether the learning rate is annealed: "continuing 10 1", "continuing 20 2 annealed".
    new ContinuingTasks(
        epochs: args.Length > 1 ? int.Parse(args[1]) : 10, seeds: args.Length > 2 ? int.Parse(args[2]) : 1, anneals: args.Length > 3).Run();
    return;
}
if (task == "vectors")
{
    new VectorTasks(args[1]).Run();
    return;
}
if (task == "vector-speed")
{
    new VectorSpeed().Run();
    return;
}

if (task == "load")
{
    ServingTasks.Load(args[1], Enum.Parse<ScoringEngine>(args[2]), int.Parse(args[3]));
    return;
}

var device = ComputeDevice.Resolve(args.Length > 1 ? args[1] : "cpu");
// The batch size of a step over all ranks, or the number of summed gradients.
var count = args.Length > 2 ? int.Parse(args[2]) : 128;
var exchange = MpiExchange.IsLaunched ? MpiExchange.World() : null;
var plain = new PlainTorchSharp(device);
var seconds = task switch
{
    "convolutional-step" => Step(new ConvolutionalArchitecture(FashionMnist.Shape), new TrainingOptions()),
    "dense-step" => Step(new DenseArchitecture(FashionMnist.Shape), Denoising()),
    "dense-epoch" => Epoch(new DenseArchitecture(FashionMnist.Shape), Denoising(), [.. FashionMnist.ClassNames]),
    "rotated-epoch" => Epoch(
        new ConvolutionalArchitecture(FashionMnist.Shape), new TrainingOptions { Augmentation = new RandomRotation(), AugmentedCopies = 5 },
        ["Trouser", "Dress", "Sandal", "Bag"]),
    "rotate" => Rotate(),
    "sgemm" => SquareProduct(),
    "exchange" => Exchange(),
    "plain-convolutional-step" => plain.ConvolutionalStep(),
    "plain-dense-step" => plain.DenseStep(),
    "plain-dense-epoch" => plain.DenseEpoch(),
    _ => throw new ArgumentException("There is no such task."),
};
if (exchange is not { Rank: > 0 })
    Console.WriteLine($"{seconds:R} {Process.GetCurrentProcess().PeakWorkingSet64 >> 20}");

static TrainingOptions Denoising() => new()
{
    LearningRate = 2e-3,
    Optimizer = OptimizerKind.AdamW,
    WeightDecay = 1e-4,
    Loss = ReconstructionLoss.MeanSquaredAndAbsoluteError,
    GradientClipNorm = 1,
    Augmentation = new GaussianNoise(0.25),
};

// Measures a step of the trainer with images in memory: the mean over an epoch of 60 steps, after 200 warm-up steps.
double Step(AutoencoderArchitecture architecture, TrainingOptions options)
{
    manual_seed(1);
    using var model = architecture.Build();
    using var warmUp = new TensorExamples(rand(FashionMnist.Shape.Batch(200 * count)));
    using var images = new TensorExamples(rand(FashionMnist.Shape.Batch(60 * count)));
    var trainer = new AutoencoderTrainer(model, options with { Epochs = 1, Device = device, BatchSize = count, Exchange = exchange });
    trainer.Train(warmUp);
    return trainer.Train(images).Epochs[0].Seconds / 60;
}

// Measures the second epoch at batch size 128, from bytes in memory.
double Epoch(AutoencoderArchitecture architecture, TrainingOptions options, string[] classes)
{
    manual_seed(1);
    using var all = FashionMnist.Load(FashionMnistSplit.Train);
    using var train = all.SelectClasses(classes);
    using var model = architecture.Build();
    return new AutoencoderTrainer(model, options with { Epochs = 2, Device = device }).Train(train).Epochs[1].Seconds;
}

// Measures the rotation of 24,000 images by random angles: the median of 5 runs.
double Rotate()
{
    using var images = rand([24_000, 1, 28, 28]).to(device);
    using var generator = new Generator(1, device);
    var rotation = new RandomRotation();
    return Stopwatches.Median(5, device, () =>
    {
        for (var start = 0; start < 24_000; start += 500)
        {
            using var scope = NewDisposeScope();
            rotation.Apply(images.narrow(0, start, 500), generator);
        }
    });
}

// Measures an all-reduce over the ranks: the median of 50 runs.
double Exchange()
{
    var gradients = new float[count];
    for (var i = 0; i < 20; i++)
        exchange!.Sum(gradients);
    return Stopwatches.Median(50, device, () => exchange!.Sum(gradients));
}

double SquareProduct()
{
    using var matrix = rand([2048, 2048]).to(device);
    return Stopwatches.Median(10, device, () => matrix.matmul(matrix).Dispose());
}
