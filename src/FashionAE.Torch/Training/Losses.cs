using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Sums the loss and the squared error over examples. The sums stay on the device, so nothing waits for a GPU.</summary>
internal sealed class Losses(TrainingOptions options) : IDisposable
{
    private readonly Tensor _loss = zeros([], ScalarType.Float64, options.Device).DetachFromDisposeScope();
    private readonly Tensor _squaredError = zeros([], ScalarType.Float64, options.Device).DetachFromDisposeScope();
    private long _count;

    public double Loss => _loss.item<double>();

    public double SquaredError => _squaredError.item<double>();

    public double Mean => Loss / _count;

    /// <summary>
    /// Computes the mean loss of a batch for a backward pass, and adds it to the sums with a weight of <paramref name="count"/> examples.
    /// </summary>
    public Tensor Add(Tensor output, Tensor target, long count)
    {
        var (loss, computed) = options.Loss.ComputeChecked(output, target);
        var squaredError = computed?.detach() ?? nn.functional.mse_loss(output.detach(), target);
        if (options.SimilarityWeight != 0)
        {
            var similarity = ImageQuality.StructuralSimilarity(target, output, ScalarType.Float32).mean();
            loss = loss.Plus(similarity.Times(-options.SimilarityWeight)).Plus(options.SimilarityWeight);
        }
        _loss.Plus_(loss.detach(), count);
        _squaredError.Plus_(squaredError, count);
        _count += count;
        return loss;
    }

    public void Dispose()
    {
        _loss.Dispose();
        _squaredError.Dispose();
    }
}
