using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Native;

/// <summary>Another thread collects garbage all the time, as in a program that also does other work.</summary>
[Trait("Pace", "slow")]
public class HeldScalarsTests
{
    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.AdamW)]
    public void Training_is_not_disturbed_by_collections(OptimizerKind kind) => WhileCollecting(() =>
    {
        using var images = new TensorExamples(zeros([60, 1, 8, 8], ScalarType.Byte));
        using var model = new DenseArchitecture(new ImageShape(1, 8, 8)) { HiddenSizes = [8, 4] }.Build();
        var options = new TrainingOptions
        {
            Epochs = 40,
            BatchSize = 3,
            Optimizer = kind,
            WeightDecay = 0.1,
            Loss = new SumLoss
            {
                Parts =
                [
                    new(0.5, ReconstructionLoss.MeanSquaredAndAbsoluteError), new(0.1, ReconstructionLoss.BinaryCrossEntropy),
                    new(1, new HuberLoss { Delta = 0.1, SlotWeights = [.. Enumerable.Range(0, 64)] }),
                ],
            },
            Augmentation = new GaussianNoise(0.1),
        };
        Assert.Equal(40, new AutoencoderTrainer(model, options).Train(images).Epochs.Count);
    });

    [Fact]
    public void Scores_and_rotations_are_not_disturbed_by_collections() => WhileCollecting(() =>
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var images = ones([2, 1, 12, 12]);
        for (var i = 0; i < 3000; i++)
        {
            using var inner = NewDisposeScope();
            Assert.Equal([1.0, 1.0], ImageQuality.StructuralSimilarity(images, images).data<double>().ToArray());
            Assert.Equal([double.PositiveInfinity, double.PositiveInfinity], ImageQuality.PeakSignalToNoiseRatio(images, images).data<double>().ToArray());
            new RandomRotation().Apply(images, generator);
            ImageSet.ToUnitRange(zeros([4], ScalarType.Byte));
        }
    });

    private static void WhileCollecting(Action action)
    {
        using var done = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!done.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            action();
        }
        finally
        {
            done.Cancel();
            collector.Join();
        }
    }
}
