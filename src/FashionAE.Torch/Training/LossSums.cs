using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Sums over examples: the loss of a training, and the squared error alone. They stay on the device, so that a GPU is not waited for.
/// </summary>
internal sealed class LossSums(TrainingOptions options) : IDisposable
{
    private readonly Tensor _loss = zeros([], ScalarType.Float64, options.Device).DetachFromDisposeScope();
    private readonly Tensor _squaredError = zeros([], ScalarType.Float64, options.Device).DetachFromDisposeScope();

    public double Loss => _loss.item<double>();

    public double SquaredError => _squaredError.item<double>();

    /// <summary>Computes the mean loss of a batch, and adds its sum to the others.</summary>
    /// <param name="output">The reconstructions.</param>
    /// <param name="target">What they should be.</param>
    /// <param name="count">How many examples it counts for.</param>
    /// <returns>The mean loss, for a backward pass.</returns>
    public Tensor Add(Tensor output, Tensor target, long count)
    {
        var squaredError = nn.functional.mse_loss(output, target);
        var loss = squaredError;
        if (options.Loss == ReconstructionLoss.MeanSquaredAndAbsoluteError)
            loss = loss.Plus(nn.functional.l1_loss(output, target));
        if (options.SimilarityWeight != 0)
        {
            var similarity = ImageQuality.StructuralSimilarity(target, output, ScalarType.Float32).mean();
            loss = loss.Plus(similarity.Times(-options.SimilarityWeight)).Plus(options.SimilarityWeight);
        }
        _loss.Plus_(loss.detach(), count);
        _squaredError.Plus_(squaredError.detach(), count);
        return loss;
    }

    public void Dispose()
    {
        _loss.Dispose();
        _squaredError.Dispose();
    }
}
