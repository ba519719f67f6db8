using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Training;

[Trait("Pace", "slow")]
public class TrainingMemoryTests
{
    private static readonly TrainingOptions Options = new()
    {
        BatchSize = 64,
        Augmentation = new RandomRotation(),
        AugmentedCopies = 4,
        GradientClipNorm = 1,
        ValidationSetFraction = 0.1,
    };

    [Fact]
    public void Six_hundred_steps_need_no_more_memory_than_three_hundred()
    {
        using var images = SampleImages.First(1000);
        using var model = ModelState.Build(new ConvolutionalArchitecture(FashionMnist.Shape) { Channels = [2, 4] });
        long AfterThreeHundredSteps()
        {
            new AutoencoderTrainer(model, Options with { Epochs = 4 }).Train(images); // 71 steps each and their validation
            GC.Collect();
            return Environment.WorkingSet;
        }
        AfterThreeHundredSteps(); // what stays warm: code, caches, threads
        var before = AfterThreeHundredSteps();
        var after = AfterThreeHundredSteps();
        // A batch has 64 x 784 x 4 = 200,000 bytes: leaking one tensor a step would be 57 MB.
        Assert.InRange((after - before) / 1e6, double.NegativeInfinity, 40);
    }

    [Fact]
    public void Every_tensor_of_a_training_is_disposed()
    {
        using var images = SampleImages.First(100);
        int Left(int epochs)
        {
            using var model = ModelState.Build(new DenseArchitecture(FashionMnist.Shape) { HiddenSizes = [8], Dropout = [0.1] });
            // Tensors that are not disposed stay in the scope around the training.
            using var scope = NewDisposeScope();
            new AutoencoderTrainer(model, Options with { Epochs = epochs }).Train(images);
            return scope.DisposablesCount;
        }
        Assert.Equal(Left(1), Left(4));
    }
}
