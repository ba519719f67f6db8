using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Computes a weighted sum of losses.</summary>
/// <example>
/// <code>
/// options.Loss = new SumLoss { Parts = [new(1, ReconstructionLoss.MeanSquaredError), new(0.5, new HuberLoss { Delta = 0.1 })] };
/// </code>
/// </example>
public sealed record SumLoss : ReconstructionLoss
{
    /// <summary>Gets the losses and their weights: at least one loss, and at least one weight above 0. The list is copied.</summary>
    public required IReadOnlyList<LossPart> Parts { get; init => field = ValueList<LossPart>.Of(value)!; }

    internal override bool HasUserCode => Parts.Any(part => part.Loss.HasUserCode);

    internal override bool NeedsUnitRange => Parts.Any(part => part.Loss.NeedsUnitRange);

    internal override string ReasonForNaN => string.Concat(Parts.Select(part => part.Loss.ReasonForNaN).Distinct());

    /// <inheritdoc/>
    public override Tensor Compute(Tensor output, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        Check(null);
        using var scope = NewDisposeScope();
        return ComputeWithSquaredError(output, target).Loss.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override void Check(int? size)
    {
        Require(Parts is { Count: > 0 }, Parts, "a list of one loss or more", nameof(Parts));
        foreach (var part in Parts)
        {
            Require(part?.Loss is not null, part, "a list without null", nameof(Parts));
            var weight = part!.Weight;
            Require(weight is >= 0 and <= float.MaxValue, weight, "0 or more and finite in single precision", nameof(part.Weight));
            part.Loss.Check(size);
        }
        Require(Parts.Any(part => part.Weight > 0), Parts, "a list with at least one weight above 0", nameof(Parts));
    }

    internal override (Tensor Loss, Tensor? SquaredError) ComputeWithSquaredError(Tensor output, Tensor target)
    {
        var (sum, squaredError) = ((Tensor?)null, (Tensor?)null);
        foreach (var part in Parts.Where(part => part.Weight > 0))
        {
            var (loss, itsSquaredError) = part.Loss.ComputeChecked(output, target);
            squaredError ??= itsSquaredError;
            var weighted = part.Weight == 1 ? loss : loss.Times(part.Weight);
            sum = sum is null ? weighted : sum.Plus(weighted);
        }
        return (sum!, squaredError);
    }
}

/// <summary>A loss in a <see cref="SumLoss"/>, with its weight.</summary>
/// <param name="Weight">The weight that the loss is multiplied by: 0 or more, and finite in single precision.</param>
/// <param name="Loss">The loss.</param>
public sealed record LossPart(double Weight, ReconstructionLoss Loss);
