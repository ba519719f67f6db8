using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Tests.Autoencoding;

/// <summary>Tests trainings on several threads, each of which begins at a known moment of another one.</summary>
public sealed class OtherThreadsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fashionae-tests-").FullName;
    private readonly MLContext _ml = new(1);
    private readonly string _zip;
    private readonly string _weights;

    public OtherThreadsTests()
    {
        (_zip, _weights) = (Path.Combine(_folder, "model.zip"), Path.Combine(_folder, "model.safetensors"));
        using var model = Models.Fit(_ml, Models.AllColumns());
        _ml.Model.Save(model, Images.View(_ml, 1).Schema, _zip);
        AutoencoderFile.Save(model.Model, _weights);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The other thread runs within a training step, after dropout has drawn numbers and before it draws again.</summary>
    [Fact]
    public void Loading_in_the_midst_of_a_training_waits_for_nothing_and_changes_no_weight()
    {
        var alone = Weights(null);
        var calls = 0;
        var disturbed = Weights(() => OtherThread.Run(() =>
        {
            calls++;
            var ml = new MLContext(2);
            ((IDisposable)ml.Model.Load(_zip, out _)).Dispose();
            ml.Transforms.ApplyAutoencoder("Code", "Pixels", _weights).Fit(Images.View(ml, 3)).Dispose();
        }));
        Assert.Equal(14, calls); // two epochs of 100 images in batches of 16
        Assert.Equal(alone, disturbed);
    }

    /// <summary>The other thread runs between two steps, while the next batch is read from the view.</summary>
    [Fact]
    public void A_training_in_the_midst_of_another_waits_for_no_more_than_a_step_and_changes_no_weight()
    {
        byte[][] Fit(Action<int>? reading)
        {
            var rows = Images.Rows(40, 2).Select((row, i) =>
            {
                reading?.Invoke(i);
                return row;
            });
            var options = Models.Options(epochs: 2);
            (options.MaximumMemoryInBytes, options.ShuffleBufferSize) = (1, 2);
            using var transformer = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(_ml.Data.LoadFromEnumerable(rows));
            return Bits(transformer.Model);
        }

        var alone = Fit(null);
        byte[][]? other = null;
        var disturbed = Fit(row =>
        {
            if (row == 30)
                OtherThread.Run(() => other = Weights(null));
        });
        Assert.Equal(alone, disturbed);
        Assert.Equal(Weights(null), other);
    }

    /// <summary>The weights of a dense network with dropout.</summary>
    private static byte[][] Weights(Action? during)
    {
        var ml = new MLContext(1);
        var options = Models.Options(epochs: 2);
        options.Augmentation = new Interruption(during);
        using var transformer = ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(Images.View(ml, 100));
        return Bits(transformer.Model);
    }

    private static byte[][] Bits(Autoencoder model) => [.. model.state_dict().Values.Select(tensor => tensor.bytes.ToArray())];

    private sealed record Interruption(Action? Action) : IAugmentation
    {
        public Tensor Apply(Tensor images, Generator generator)
        {
            Action?.Invoke();
            return images;
        }
    }
}
