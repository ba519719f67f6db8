using System.Globalization;
using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>What a step writes to the log while one of its views, or one engine, is read.</summary>
/// <param name="environment">The environment to log to; null for no log.</param>
/// <param name="step">The step's name, which becomes the source of the messages.</param>
internal sealed class StepLog(IHostEnvironment? environment, string step)
{
    /// <summary>How far outside of [0, 1] an image may be by rounding: a normalizer that multiplies by a reciprocal overshoots.</summary>
    public const float Rounding = 1e-6f;

    /// <summary>
    /// How far outside of it a reconstruction may be: networks without a sigmoid and principal components overshoot, but by less than the
    /// range.
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
    /// Warns, once, of a vector with a value that is NaN or infinite: the row is missing, and so is what is computed of it.
    /// </summary>
    public void WarnOfMissing(DataViewSchema.Column column, ReadOnlySpan<float> values, DataViewRow row)
    {
        if (environment is null || Interlocked.Exchange(ref _isMissingReported, 1) != 0)
            return;
        var slot = FiniteValues.IndexOfOther(values, masksMissing: false);
        Warn(string.Create(
            CultureInfo.InvariantCulture,
            $"Column '{column.Name}' has the value {values[slot]} in row {row.Position}, slot {ImageColumn.NameOfSlot(column, slot)}:"
            + $" the row is missing, and all that {step} computes of it is NaN. Train with MissingValues.Mask where NaN is a missing"
            + $" value. More such rows of this view are not reported."));
    }

    /// <summary>
    /// Warns, once, of values that are not in [0, 1], such as pixels in [0, 255] that nobody scaled. Training refuses them; what is
    /// computed of them later means little, but a service goes on. NaN and infinite values are missing images, of which it does not warn.
    /// </summary>
    /// <param name="values">The values of an image.</param>
    /// <param name="margin">How far outside of [0, 1] they may be.</param>
    /// <param name="column">The column's name.</param>
    /// <param name="row">The row that they are of.</param>
    /// <returns>Whether all of them are finite. An image with others is missing to ML.NET, and so is all that is computed of it.</returns>
    public bool CheckRange(ReadOnlySpan<float> values, float margin, string column, DataViewRow row)
    {
        if (values.IsEmpty)
            return true;
        // Both are NaN where a value is.
        var (smallest, largest) = (TensorPrimitives.Min(values), TensorPrimitives.Max(values));
        if (!float.IsFinite(smallest) || !float.IsFinite(largest))
            return false;
        if ((smallest < -margin || largest > 1 + margin) && environment is not null && Interlocked.Exchange(ref _isRangeReported, 1) == 0)
        {
            var slot = 0;
            while (values[slot] >= -margin && values[slot] <= 1 + margin)
                slot++;
            Warn(string.Create(
                CultureInfo.InvariantCulture,
                $"Column '{column}' has the value {values[slot]} in row {row.Position}, slot {slot}; {step} expects numbers in [0, 1]:"
                + $" append ScalePixels before it where they are in [0, 255]. More such values of this view are not reported."));
        }
        return true;
    }
}
