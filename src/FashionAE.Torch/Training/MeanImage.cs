using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// A network's error beside that of the simplest answer: the mean of all target images, whatever the input. Of all constant answers it has
/// the least squared error, so a network that tells images apart is better. Squared errors are compared even if another loss is
/// minimized: the mean image is not the best constant answer to absolute errors.
/// </summary>
/// <param name="FirstSquaredError">The mean squared error of the network on the training's first batch, before it learned from it.</param>
/// <param name="SquaredError">The mean squared error of the network over the examples of an epoch, while the weights changed.</param>
internal sealed record MeanImageComparison(double FirstSquaredError, double SquaredError, double MeanImageSquaredError, long Steps)
{
    /// <summary>On 232 garments both networks are worse than the mean image after 20 steps (MSE 0.09), better after 200 (0.04).</summary>
    public const int EnoughSteps = 200;

    // Less than 1 % is no difference that a learning rate is to blame for.
    private const double Margin = 1.01;

    // Of images that are almost the same the mean image is almost the best answer. A network that comes near it has learned much.
    private const double MuchLess = 0.1;

    /// <summary>Small networks can need more than those at a usual rate; Fashion-MNIST seen once in batches of 128 is enough.</summary>
    public static int StepsToJudge(double learningRate) => IsUsual(learningRate) ? 2 * EnoughSteps : EnoughSteps;

    /// <summary>
    /// Returns whether the network is worse than the mean image, and not much better than at first, because of its learning rate. After
    /// fewer steps their number is the reason, unless the learning rate is an unusual one.
    /// </summary>
    public bool Blames(double learningRate) =>
        SquaredError > Margin * MeanImageSquaredError && SquaredError >= MuchLess * FirstSquaredError
        && (!IsUsual(learningRate) || Steps >= StepsToJudge(learningRate));

    /// <summary>Gets the word for one input.</summary>
    public string Noun { get; init; } = "image";

    public string? Warning(int epoch, double learningRate)
    {
        if (!Blames(learningRate))
            return null;
        var usual = Noun == "image" ? "." : ", where the values are scaled or near 1.";
        return $"The mean squared error of epoch {epoch} is {SquaredError:F5}; that of the mean {Noun} as the answer to every input is"
            + $" {MeanImageSquaredError:F5}: so far the network is no better than the mean {Noun}. LearningRate is {learningRate:G3};"
            + $" set it lower if the loss stays or jumps, higher if it falls slowly. 0.001 suits most networks{usual}";
    }

    private static bool IsUsual(double learningRate) => learningRate is >= 1e-4 and <= 1e-2;
}

/// <summary>Finds the error of the mean image from sums over an epoch's targets, so that nothing is read twice or kept.</summary>
internal sealed class MeanImage(InputShape shape, Device device) : IDisposable
{
    private readonly Tensor _sum = zeros(shape.Batch(1), ScalarType.Float64, device).DetachFromDisposeScope();
    private readonly Tensor _squares = zeros([], ScalarType.Float64, device).DetachFromDisposeScope();
    private long _count;

    public void Add(Tensor targets)
    {
        using var scope = NewDisposeScope();
        _count += targets.shape[0];
        _sum.Plus_(targets.sum([0], keepdim: true, type: ScalarType.Float64));
        _squares.Plus_(targets.mul(targets).sum(ScalarType.Float64));
    }

    public MeanImageComparison Compare(double firstSquaredError, double squaredError, long steps)
    {
        using var scope = NewDisposeScope();
        var ofSum = _sum.mul(_sum).sum().item<double>() / _count;
        var ofMeanImage = Math.Max(0, (_squares.item<double>() - ofSum) / _count / shape.Size);
        return new(firstSquaredError, squaredError, ofMeanImage, steps) { Noun = shape.Noun };
    }

    public void Dispose()
    {
        _sum.Dispose();
        _squares.Dispose();
    }
}
