using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// What a training minimizes: how far the output of a network is from its target. The properties give the usual losses; records such as
/// <see cref="HuberLoss"/> and <see cref="SumLoss"/> have settings.
/// </summary>
/// <remarks>
/// A loss of your own is a record that derives from this one, or from <see cref="ElementwiseLoss"/>. Its settings are public properties,
/// since a checkpoint compares the record's text: a training resumes only with the same loss. Instances are immutable, may be used by
/// several threads at the same time, and keep nothing between calls.
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

    /// <summary>Whether <see cref="Compute"/> runs code that this library does not know.</summary>
    internal virtual bool HasUserCode => GetType().Assembly != typeof(ReconstructionLoss).Assembly;

    /// <summary>Gets a value indicating whether outputs and targets must be in [0, 1].</summary>
    internal virtual bool NeedsUnitRange => false;

    /// <summary>Gets a sentence, after a space, about what else than a high learning rate makes the loss NaN; empty for nothing.</summary>
    internal virtual string ReasonForNaN => "";

    /// <summary>Computes the mean loss of a batch, for a backward pass.</summary>
    /// <param name="output">The output of the network, float32 [N, ...] such as [N, C, H, W]; its values need not be in [0, 1].</param>
    /// <param name="target">The values that it should give, of the same type and shape.</param>
    /// <returns>
    /// One number, float32 [], through which a gradient reaches the output: the mean over the rows of a loss of each row, so that the size
    /// of the batches and the number of ranks do not change what is minimized.
    /// </returns>
    /// <exception cref="ArgumentException">The shapes differ, or are not those that the loss is made for.</exception>
    public abstract Tensor Compute(Tensor output, Tensor target);

    /// <summary>
    /// Checks the settings: when options that hold the loss are taken, and again when the model to train is known. Nothing is checked
    /// unless overridden.
    /// </summary>
    /// <param name="size">The number of values of a row, 1 or more; null where it is not known yet.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    /// <exception cref="ArgumentException">A setting does not fit rows of that size.</exception>
    public virtual void Check(int? size)
    {
    }

    /// <summary>Computes the loss, and the mean squared error where the loss computes it anyway.</summary>
    /// <exception cref="InvalidOperationException">What <see cref="Compute"/> of a derived record returned is not a loss.</exception>
    internal (Tensor Loss, Tensor? SquaredError) ComputeChecked(Tensor output, Tensor target)
    {
        var computed = ComputeWithSquaredError(output, target);
        var name = $"{GetType().Name}.{nameof(Compute)}";
        if (computed.Loss is null)
            throw new InvalidOperationException($"{name} returned null; a loss is one number, the mean over the batch.");
        if (computed.Loss.ndim != 0)
            throw new InvalidOperationException(
                $"{name} returned a tensor [{string.Join(", ", computed.Loss.shape)}]; a loss is one number, the mean over the batch: [].");
        if (output.requires_grad && !computed.Loss.requires_grad)
            throw new InvalidOperationException(
                $"{name} returned a number without a gradient: compute it from the output by tensor operations, without detach or item.");
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
