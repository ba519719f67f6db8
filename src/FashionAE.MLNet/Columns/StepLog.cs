using System.Globalization;
using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using static System.FormattableString;

namespace FashionAE.MLNet;

/// <summary>Writes a step's warnings to the log while one view or one prediction engine is read.</summary>
/// <param name="environment">The environment to log to; null for no log.</param>
/// <param name="step">The step's name, which is the source of the messages.</param>
internal sealed class StepLog(IHostEnvironment? environment, string step)
{
    /// <summary>
    /// The accepted distance of image values from [0, 1], for rounding: a normalizer that multiplies by a reciprocal can overshoot.
    /// </summary>
    public const float Rounding = 1e-6f;

    /// <summary>
    /// The accepted distance of reconstructions from [0, 1]. Principal components, and networks without a sigmoid, overshoot this range,
    /// but by less than 1.
    /// </summary>
    public const float Overshoot = 1;

    private int _isRangeReported;
    private int _isMissingReported;

    public string Step => step;

    public void Warn(string message, MessageSensitivity sensitivity = MessageSensitivity.None)
    {
        using var channel = environment?.Start(step);
        channel?.Warning(sensitivity, message);
    }

    /// <summary>
    /// Warns once of a vector with a value that is infinite, or NaN and not masked, or with only NaN: the row is missing, and all its
    /// results are NaN.
    /// </summary>
    public void WarnOfMissing(DataViewSchema.Column column, ReadOnlySpan<float> values, bool masksMissing, DataViewRow row)
    {
        if (environment is null || Interlocked.Exchange(ref _isMissingReported, 1) != 0)
            return;
        var slot = FiniteValues.IndexOfOther(values, masksMissing);
        float? value = slot < 0 ? null : values[slot];
        var what = value is null
            ? Invariant($"no value in row {row.Position}")
            : Invariant($"the value {value} in row {row.Position}, slot {ImageColumn.NameOfSlot(column, slot)}");
        var remedy = value switch
        {
            null => "Remove the row (ml.Data.FilterByCustomPredicate).",
            float.NaN => "If NaN means a missing value, train with MissingValues.Mask.",
            _ => "Remove the row (ml.Data.FilterByCustomPredicate), or replace the value with a CustomMapping.",
        };
        Warn($"Column '{column.Name}' has {what}: the row is missing, and all results of {step} for it are NaN. {remedy} Further rows like"
            + " this in the same view are not reported.");
    }

    /// <summary>
    /// Warns once of values outside [0, 1], such as unscaled pixels in [0, 255]. Training rejects them. Scoring continues, so that a
    /// service does not stop, although its results mean little. Images with NaN or infinite values are missing; there is no warning for
    /// them.
    /// </summary>
    /// <param name="values">The values of an image.</param>
    /// <param name="margin">The accepted distance from [0, 1].</param>
    /// <param name="column">The column's name.</param>
    /// <param name="row">The row of the image.</param>
    /// <param name="slots">The slots of the values; empty if the values are those of all slots.</param>
    /// <returns>
    /// Whether all values are finite. If not, the image is missing: its latent vector, reconstruction and scores are NaN.
    /// </returns>
    public bool CheckRange(
        ReadOnlySpan<float> values, float margin, string column, DataViewRow row, ReadOnlySpan<int> slots = default)
    {
        if (values.IsEmpty)
            return true;
        // Both are NaN if any value is NaN.
        var (smallest, largest) = (TensorPrimitives.Min(values), TensorPrimitives.Max(values));
        if (!float.IsFinite(smallest) || !float.IsFinite(largest))
            return false;
        if ((smallest < -margin || largest > 1 + margin) && environment is not null && Interlocked.Exchange(ref _isRangeReported, 1) == 0)
        {
            var at = 0;
            while (values[at] >= -margin && values[at] <= 1 + margin)
                at++;
            var slot = slots.IsEmpty ? at : slots[at];
            Warn(string.Create(
                CultureInfo.InvariantCulture,
                $"Column '{column}' has the value {values[at]} in row {row.Position}, slot {slot}, but {step} expects values in [0, 1]:"
                + $" append ScalePixels before it if they are in [0, 255]. Further values like this in the same view are not reported."));
        }
        return true;
    }
}
