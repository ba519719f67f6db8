using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Cli;

/// <summary>
/// A small convolutional classifier, trained on original images. A decoded image is "decoded right" if the classifier assigns it to its
/// own class.
/// </summary>
internal sealed class ImageClassifier : IDisposable
{
    private readonly Sequential _network;

    private ImageClassifier(Sequential network) => _network = network;

    /// <summary>Trains a classifier with Adam on cross-entropy. Seeds torch's default generator.</summary>
    public static ImageClassifier Train(ImageSet images, int epochs = 5, int seed = 1, Device? device = null)
    {
        device ??= CPU;
        var shape = images.Shape;
        var features = 32 * ((shape.Height + 3) / 4) * ((shape.Width + 3) / 4);
        manual_seed(seed).Dispose();
        var network = nn.Sequential(
            nn.Conv2d(shape.Channels, 16, 3, stride: 2, padding: 1),
            nn.ReLU(),
            nn.Conv2d(16, 32, 3, stride: 2, padding: 1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(features, 64),
            nn.ReLU(),
            nn.Linear(64, images.ClassNames.Count)).to(device);

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
        return new ImageClassifier(network);
    }

    /// <summary>Classifies images, float32 [N, C, H, W] in [0, 1]. Returns labels, int64 [N], on the CPU.</summary>
    public Tensor Predict(Tensor images)
    {
        using var scores = _network.PredictAll(images);
        return scores.argmax(1);
    }

    public void Dispose() => _network.Dispose();
}
