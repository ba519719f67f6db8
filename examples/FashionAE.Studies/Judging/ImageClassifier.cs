using FashionAE.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Studies.Judging;

/// <summary>
/// A small convolutional classifier, trained on originals, that judges what a decoded image shows: "decoded correctly" means
/// that it sees the image's own class.
/// </summary>
public sealed class ImageClassifier : IDisposable
{
    private readonly Sequential _network;
    private readonly Device _device;

    private ImageClassifier(Sequential network, Device device) => (_network, _device) = (network, device);

    /// <summary>Trains a classifier with Adam on cross-entropy.</summary>
    /// <param name="images">The originals with their labels.</param>
    /// <param name="epochs">How often every image is seen.</param>
    /// <param name="seed">The seed of weights and order; torch's default generator is seeded with it.</param>
    /// <param name="device">Where to train; the CPU unless given.</param>
    /// <returns>The classifier; dispose it.</returns>
    public static ImageClassifier Train(ImageSet images, int epochs = 5, int seed = 1, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        device ??= CPU;
        var shape = images.Shape;
        var features = 32 * ((shape.Height + 3) / 4) * ((shape.Width + 3) / 4);
        var network = DefaultGenerator.Run(seed, () => nn.Sequential(
            nn.Conv2d(shape.Channels, 16, 3, stride: 2, padding: 1),
            nn.ReLU(),
            nn.Conv2d(16, 32, 3, stride: 2, padding: 1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(features, 64),
            nn.ReLU(),
            nn.Linear(64, images.ClassNames.Count)).to(device));

        using var optimizer = new AdamOptimizer(network.parameters());
        using var generator = new Generator((ulong)seed);
        network.train();
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            using var order = randperm(images.Count, generator: generator);
            for (var start = 0; start < images.Count; start += 128)
            {
                using var scope = NewDisposeScope();
                var index = order.narrow(0, start, Math.Min(128, images.Count - start));
                var batch = ImageSet.ToUnitRange(images.Images.index_select(0, index).to(device));
                var loss = nn.functional.cross_entropy(network.call(batch), images.Labels.index_select(0, index).to(device));
                optimizer.ClearGradients();
                loss.backward();
                optimizer.Step(1e-3);
            }
        }
        network.eval();
        return new ImageClassifier(network, device);
    }

    /// <summary>Says what images show.</summary>
    /// <param name="images">float32 [N, C, H, W] in [0, 1].</param>
    /// <returns>The labels, int64 [N], on the CPU.</returns>
    public Tensor Predict(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var labels = new List<Tensor>();
        for (var start = 0L; start < images.shape[0]; start += AutoencoderInference.ScoringBatchSize)
        {
            var batch = images.narrow(0, start, Math.Min(AutoencoderInference.ScoringBatchSize, images.shape[0] - start)).to(_device);
            labels.Add(_network.call(batch).argmax(1).cpu());
        }
        return cat(labels).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => _network.Dispose();
}
