using System.Diagnostics;
using FashionAE.Benchmarks;
using FashionAE.Torch;
using TorchSharp;
using static TorchSharp.torch;

// Prints seconds (for sgemm, GFLOP/s). The same tasks as in pytorch.py.
var task = args.Length > 0 ? args[0] : "";
if (task == "pipelines")
{
    using var pipelines = new PipelineTasks();
    pipelines.Run();
    return;
}

var device = ComputeDevice.Resolve(args.Length > 1 ? args[1] : "cpu");
Console.WriteLine(task switch
{
    "step" => ConvolutionalStep(),
    "epoch" => DenseEpoch(),
    "rotate" => Rotate(),
    "sgemm" => SquareProduct(),
    _ => throw new ArgumentException("Tasks are step, epoch, rotate, sgemm and pipelines."),
});

// One training step of the convolutional autoencoder at batch 128; the median of 100 after 200 that warm up.
double ConvolutionalStep()
{
    manual_seed(1);
    using var model = new ConvolutionalArchitecture(FashionMnist.Shape).Build().to(device);
    using var optimizer = optim.Adam(model.parameters(), 1e-3);
    using var images = rand([128, 1, 28, 28]).to(device);
    model.train();
    return Median(100, () =>
    {
        using var scope = NewDisposeScope();
        var loss = nn.functional.mse_loss(model.call(images), images);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        loss.item<float>();
    }, warmUp: 200);
}

// The second epoch of the denoising study at batch 128, from bytes in memory.
double DenseEpoch()
{
    manual_seed(1);
    using var train = FashionMnist.Load(FashionMnistSplit.Train);
    using var model = new DenseArchitecture(FashionMnist.Shape).Build();
    var options = new TrainingOptions
    {
        Epochs = 2,
        LearningRate = 2e-3,
        Optimizer = OptimizerKind.AdamW,
        WeightDecay = 1e-4,
        Loss = ReconstructionLoss.MeanSquaredAndAbsoluteError,
        GradientClipNorm = 1,
        Augmentation = new GaussianNoise(0.25),
        Device = device,
    };
    return new AutoencoderTrainer(model, options).Train(train).Epochs[1].Seconds;
}

// 24,000 images by random angles; the median of 5.
double Rotate()
{
    using var images = rand([24_000, 1, 28, 28]).to(device);
    using var generator = new Generator(1, device);
    var rotation = new RandomRotation();
    return Median(5, () =>
    {
        for (var start = 0; start < 24_000; start += 500)
        {
            using var scope = NewDisposeScope();
            rotation.Apply(images.narrow(0, start, 500), generator);
        }
        Synchronize();
    });
}

double SquareProduct()
{
    using var matrix = rand([2048, 2048]).to(device);
    var seconds = Median(10, () =>
    {
        matrix.matmul(matrix).Dispose();
        Synchronize();
    });
    return 2.0 * 2048 * 2048 * 2048 / seconds / 1e9;
}

void Synchronize()
{
    if (device.type == DeviceType.CUDA)
        cuda.synchronize();
}

static double Median(int repetitions, Action action, int warmUp = 3)
{
    for (var i = 0; i < warmUp; i++)
        action();
    var seconds = new double[repetitions];
    for (var i = 0; i < repetitions; i++)
    {
        var watch = Stopwatch.StartNew();
        action();
        seconds[i] = watch.Elapsed.TotalSeconds;
    }
    Array.Sort(seconds);
    return seconds[repetitions / 2];
}
