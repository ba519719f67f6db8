using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Base class of losses, which training minimizes. A loss measures the difference between the output of a network and its target. The
/// static properties return common losses. Records such as <see cref="HuberLoss"/> and <see cref="SumLoss"/> have settings.
/// </summary>
/// <remarks>
/// To write a custom loss, derive a record from this class or from <see cref="ElementwiseLoss"/>. Its settings must be public properties: a
/// checkpoint stores the record's text, and training resumes only with an equal loss. Instances must be immutable and thread-safe, and must
/// not keep state between calls.
/// </remarks>
public abstract record ReconstructionLoss
{
    /// <summary>Gets the mean of the squared differences, a <see cref="MeanSquaredLoss"/>.</summary>
    public static ReconstructionLoss MeanSquaredError { get; } = new MeanSquaredLoss();

    /// <summary>Gets the mean of the absolute differences, a <see cref="MeanAbsoluteLoss"/>.</summary>
    public static ReconstructionLoss MeanAbsoluteError { get; } = new MeanAbsoluteLoss();

    /// <summary>Gets the mean of the squared differences plus the mean of the absolute ones, a <see cref="SumLoss"/>.</summary>
    public static ReconstructionLoss MeanSquaredAndAbsoluteError { get; } =
        new SumLoss { Parts = [new(1, MeanSquaredError), new(1, MeanAbsoluteError)] };

    /// <summary>Gets the Huber loss with a delta of 1, a <see cref="HuberLoss"/>.</summary>
    public static ReconstructionLoss Huber { get; } = new HuberLoss();

    /// <summary>Gets the binary cross-entropy, for outputs and targets in [0, 1], a <see cref="BinaryCrossEntropyLoss"/>.</summary>
    public static ReconstructionLoss BinaryCrossEntropy { get; } = new BinaryCrossEntropyLoss();

    /// <summary>Gets a value indicating whether <see cref="Compute"/> runs code from outside this library.</summary>
    internal virtual bool HasUserCode => GetType().Assembly != typeof(ReconstructionLoss).Assembly;

    /// <summary>Gets a value indicating whether outputs and targets must be in [0, 1].</summary>
    internal virtual bool NeedsUnitRange => false;

    /// <summary>
    /// Gets a sentence, with a leading space, about reasons for a NaN loss other than a high learning rate. It can be empty.
    /// </summary>
    internal virtual string ReasonForNaN => "";

    /// <summary>Computes the mean loss of a batch for a backward pass.</summary>
    /// <param name="output">The output of the network, float32 [N, ...], such as [N, C, H, W]. Its values need not be in [0, 1].</param>
    /// <param name="target">The target values, of the same type and shape.</param>
    /// <returns>
    /// A scalar, float32 [], with a gradient to the output: the mean over the rows of each row's loss. As a mean, it does not depend on the
    /// batch size or the number of ranks.
    /// </returns>
    /// <exception cref="ArgumentException">The shapes differ, or the loss does not support them.</exception>
    public abstract Tensor Compute(Tensor output, Tensor target);

    /// <summary>
    /// Checks the settings: first when the options are validated, and again when the model to train is known. The default implementation
    /// checks nothing.
    /// </summary>
    /// <param name="size">The number of values in a row, 1 or more; null if it is not known yet.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    /// <exception cref="ArgumentException">A setting does not fit rows of that size.</exception>
    public virtual void Check(int? size)
    {
    }

    /// <summary>Computes the loss, and also the mean squared error if the loss needs it anyway.</summary>
    /// <exception cref="InvalidOperationException">A derived record returned something that is not a scalar with a gradient.</exception>
    internal (Tensor Loss, Tensor? SquaredError) ComputeChecked(Tensor output, Tensor target)
    {
        var computed = ComputeWithSquaredError(output, target);
        var name = $"{GetType().Name}.{nameof(Compute)}";
        if (computed.Loss is null)
            throw new InvalidOperationException($"{name} returned null: it must return a scalar, the mean loss of the batch.");
        if (computed.Loss.ndim != 0)
            throw new InvalidOperationException(
                $"{name} returned a tensor [{string.Join(", ", computed.Loss.shape)}]: it must return a scalar [], the mean of the batch.");
        if (output.requires_grad && !computed.Loss.requires_grad)
            throw new InvalidOperationException(
                $"{name} returned a value without a gradient: compute it from the output with tensor operations, without detach or item.");
        return computed;
    }

    internal virtual (Tensor Loss, Tensor? SquaredError) ComputeWithSquaredError(Tensor output, Tensor target) =>
        (Compute(output, target), null);

    private protected void Require(
        bool condition, object? value, string range, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!condition)
            throw new ArgumentOutOfRangeException(name, value, $"{name} of the {GetType().Name} must be {range}.");
    }
}
