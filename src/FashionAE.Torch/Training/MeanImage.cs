using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Compares the error of a network with the error of the mean image, which is the mean of all targets, used as the output for every input.
/// Of all constant outputs, the mean image has the lowest squared error, so a network that distinguishes images has a lower one. Squared
/// errors are compared even if training minimizes another loss, because the mean image is not the best constant output for absolute errors.
/// </summary>
/// <param name="FirstSquaredError">The mean squared error of the network on the first batch, before training on it.</param>
/// <param name="SquaredError">The mean squared error of the network over the examples of an epoch, while the weights changed.</param>
/// <param name="MeanImageSquaredError">The mean squared error of the mean image over the same examples.</param>
/// <param name="Steps">The number of training steps so far.</param>
internal sealed record MeanImageComparison(double FirstSquaredError, double SquaredError, double MeanImageSquaredError, long Steps)
{
    /// <summary>
    /// The number of steps after which the learning rate is the likely reason for a bad result. On 232 garments, the convolutional and the
    /// dense network are worse than the mean image after 20 steps (MSE 0.09) and better after 200 (MSE 0.04).
    /// </summary>
    public const int EnoughSteps = 200;

    // A difference below 1 % does not show that the learning rate is wrong.
    private const double Margin = 1.01;

    // If the images are almost equal, the mean image is almost the best output. A network whose error fell to this share of its first error
    // has learned enough.
    private const double MuchLess = 0.1;

    /// <summary>
    /// Returns the number of steps before the comparison. Small networks can need more than <see cref="EnoughSteps"/> at a usual learning
    /// rate. One epoch of Fashion-MNIST in batches of 128 is enough.
    /// </summary>
    public static int StepsToJudge(double learningRate) => IsUsual(learningRate) ? 2 * EnoughSteps : EnoughSteps;

    /// <summary>
    /// Returns whether the learning rate is the likely reason for a bad result: the network is worse than the mean image and not much
    /// better than at first. If there were too few steps to judge, their number is the likely reason instead, unless the learning rate is
    /// unusual.
    /// </summary>
    public bool Blames(double learningRate) =>
        SquaredError > Margin * MeanImageSquaredError && SquaredError >= MuchLess * FirstSquaredError
        && (!IsUsual(learningRate) || Steps >= StepsToJudge(learningRate));

    /// <summary>Gets the word for one input, for messages.</summary>
    public string Noun { get; init; } = "image";

    public string? Warning(int epoch, double learningRate)
    {
        if (!Blames(learningRate))
            return null;
        var usual = Noun == "image" ? "." : " if the values are scaled or near 1.";
        return $"The mean squared error of epoch {epoch} is {SquaredError:F5}. If every output were the mean {Noun}, it would be"
            + $" {MeanImageSquaredError:F5}: so far the network is no better than the mean {Noun}. LearningRate is {learningRate:G3};"
            + $" lower it if the loss stays or jumps, raise it if the loss falls slowly. 0.001 suits most networks{usual}";
    }

    private static bool IsUsual(double learningRate) => learningRate is >= 1e-4 and <= 1e-2;
}

/// <summary>Computes the error of the mean image from sums over an epoch's targets. No example is read twice or kept in memory.</summary>
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
