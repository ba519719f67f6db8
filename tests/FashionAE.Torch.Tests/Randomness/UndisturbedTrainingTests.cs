using FashionAE.Tests.Shared;
using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Randomness;

/// <summary>The weights of a training depend only on its seed, whatever another thread does in the middle of an epoch.</summary>
[Trait("Pace", "slow")]
public sealed class UndisturbedTrainingTests : IDisposable
{
    private static readonly string[] Actions =
        ["load", "load own", "build", "build of a seed", "build own of a seed", "draw", "seed", "train", "train own"];

    private static readonly AutoencoderArchitecture Dense =
        new DenseArchitecture(FashionMnist.Shape) { HiddenSizes = [16, 8], Dropout = [0.3, 0.1] };

    private static readonly AutoencoderArchitecture Own = new DroppingArchitecture(FashionMnist.Shape);

    private readonly TemporaryFolder _folder = new();
    private readonly ImageSet _images = SampleImages.First(90);

    public static TheoryData<bool, string> Cases
    {
        get
        {
            var cases = new TheoryData<bool, string>();
            foreach (var isOwn in new[] { false, true })
                foreach (var action in Actions)
                    cases.Add(isOwn, action);
            return cases;
        }
    }

    public void Dispose()
    {
        _images.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Other_threads_do_not_change_the_weights(bool isOwn, string action)
    {
        var architecture = isOwn ? Own : Dense;
        var alone = Train(architecture, null);
        var calls = 0;
        var disturbed = Train(architecture, () =>
        {
            calls++;
            OtherThread.Run(() => Disturb(action));
        });
        // 45 batches in each of two epochs: the trainer reports after 20, 40 and 45, and each epoch.
        Assert.Equal(8, calls);
        Assert.Equal(alone, disturbed);
    }

    /// <summary>A custom augmentation runs within a step. Loading a network of FashionAE does not wait for a step either.</summary>
    [Fact]
    public void Loading_does_not_wait_for_a_step()
    {
        var path = _folder.File("model.safetensors");
        using (var saved = Dense.Build(1))
            AutoencoderFile.Save(saved, path);
        using var model = Dense.Build(2);
        var loads = 0;
        var options = new TrainingOptions
        {
            Epochs = 1,
            Augmentation = new AugmentationAction(() => OtherThread.Run(() =>
            {
                AutoencoderFile.Load(path).Dispose();
                loads++;
            })),
        };
        new AutoencoderTrainer(model, options).Train(_images);
        Assert.Equal(1, loads);
    }

    [Fact]
    public void Training_and_loading_networks_of_FashionAE_leave_the_default_generator_alone()
    {
        var path = _folder.File("model.safetensors");
        manual_seed(5);
        using var expected = rand(10);
        manual_seed(5);
        using (var model = Dense.Build(3))
        {
            var options = new TrainingOptions { Epochs = 1, Seed = 1, Augmentation = new GaussianNoise() };
            new AutoencoderTrainer(model, options).Train(_images, _images);
            AutoencoderFile.Save(model, path);
        }
        AutoencoderFile.Load(path).Dispose();
        using var drawn = rand(10);
        Assert.Equal(expected.Bits(), drawn.Bits());
    }

    private Dictionary<string, byte[]> Train(AutoencoderArchitecture architecture, Action? during)
    {
        using var model = architecture.Build(7);
        var options = new TrainingOptions { Epochs = 2, BatchSize = 2, Seed = 4, ValidationSetFraction = 0 };
        new AutoencoderTrainer(model, options).Train(_images, progress: new ProgressAction(_ => during?.Invoke()));
        return ModelState.Of(model);
    }

    private void Disturb(string action)
    {
        switch (action)
        {
            case "load":
            case "load own":
                var path = _folder.File($"{action}.safetensors");
                if (!File.Exists(path))
                {
                    using var model = (action == "load" ? Dense : Own).Build();
                    AutoencoderFile.Save(model, path);
                }
                AutoencoderFile.Load(path).Dispose();
                break;
            case "build":
                Dense.Build().Dispose();
                break;
            case "build of a seed":
                Dense.Build(11).Dispose();
                break;
            case "build own of a seed":
                Own.Build(11).Dispose();
                break;
            case "draw":
                rand(5).Dispose();
                break;
            case "seed":
                manual_seed(2).Dispose();
                break;
            default:
                using (var trained = (action == "train" ? Dense : Own).Build(12))
                    new AutoencoderTrainer(trained, new TrainingOptions { Epochs = 1, Seed = 13 }).Train(_images);
                break;
        }
    }

    private sealed record AugmentationAction(Action Action) : IAugmentation
    {
        public Tensor Apply(Tensor images, Generator generator)
        {
            Action();
            return images;
        }
    }
}
