using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>Reads the images, or other vectors, in one or two columns of a view, and checks each value.</summary>
/// <param name="view">The view.</param>
/// <param name="inputs">The column of the model's inputs.</param>
/// <param name="targets">The column of images to reconstruct; null if the model reconstructs its inputs.</param>
/// <param name="option">The option that specifies the view, for messages; null for the view passed to <c>Fit</c>.</param>
internal sealed class ImageRows(IDataView view, ImageColumn inputs, ImageColumn? targets, string? option = null)
{
    private readonly string _ofOption = option is null ? "" : $" of {option}";

    public InputShape Shape => inputs.Shape;

    public bool HasTargets => targets is not null;

    /// <summary>Gets a value indicating whether NaN values are accepted. The network masks them.</summary>
    public bool MasksMissing { get; init; }

    /// <summary>Gets the name of the view in messages.</summary>
    public string Name => option ?? "Training set";

    /// <summary>
    /// Enumerates the rows. The memory of a row's values is reused for the next row. A sparse vector with mostly zeros stays sparse.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// A row has the wrong length, or a pixel is NaN or outside [0, 1]. A vector has an infinite value, or only NaN, or any NaN if
    /// <see cref="MasksMissing"/> is false.
    /// </exception>
    public IEnumerable<(long Row, VBuffer<float> Input, VBuffer<float> Target)> Enumerate()
    {
        DataViewSchema.Column[] columns = targets is null ? [inputs.Column] : [inputs.Column, targets.Column];
        using var cursor = view.GetRowCursor(columns);
        var getters = Array.ConvertAll(columns, cursor.GetGetter<VBuffer<float>>);
        var buffers = new VBuffer<float>[columns.Length];
        var images = Array.ConvertAll(columns, _ => new float[Shape.Size]);
        var values = new VBuffer<float>[columns.Length];
        for (var row = 0L; cursor.MoveNext(); row++)
        {
            for (var i = 0; i < columns.Length; i++)
            {
                getters[i](ref buffers[i]);
                if (buffers[i].Length != Shape.Size)
                    throw new InvalidOperationException(
                        $"Row {row} has {buffers[i].Length} values in column '{columns[i].Name}'{_ofOption},"
                        + $" but {Shape.Description} have {Shape.Size}.");
                if (Shape.IsVector)
                    CheckFinite(buffers[i], columns[i], row);
                if (StaysSparse(buffers[i]))
                {
                    values[i] = buffers[i];
                    continue;
                }
                buffers[i].CopyTo(images[i]);
                if (!Shape.IsVector)
                    Clamp(images[i], columns[i].Name, row);
                values[i] = new VBuffer<float>(Shape.Size, images[i]);
            }
            yield return (row, values[0], HasTargets ? values[1] : default);
        }
    }

    /// <summary>Returns whether a vector is sparse and needs less memory in this form.</summary>
    private bool StaysSparse(in VBuffer<float> vector) => Shape.IsVector && 2L * vector.GetValues().Length < vector.Length;

    private void CheckFinite(in VBuffer<float> vector, DataViewSchema.Column column, long row)
    {
        var values = vector.GetValues();
        if (MasksMissing && vector.IsDense && FiniteValues.AreMissing(values))
            throw new InvalidOperationException(
                $"Column '{column.Name}'{_ofOption} has no value in row {row}: remove the row (ml.Data.FilterByCustomPredicate).");
        var place = FiniteValues.IndexOfOther(values, MasksMissing);
        if (place < 0)
            return;
        var slot = vector.IsDense ? place : vector.GetIndices()[place];
        throw new InvalidOperationException(
            $"Column '{column.Name}'{_ofOption} has the value {values[place]} in row {row}, slot {ImageColumn.NameOfSlot(column, slot)}:"
            + (float.IsNaN(values[place])
                ? " remove the row (ml.Data.FilterRowsByMissingValues), append ReplaceMissingValues before it, or set MissingValues ="
                    + " MissingValues.Mask in a VectorArchitecture."
                : " remove the row (ml.Data.FilterByCustomPredicate), or replace the value with a CustomMapping."));
    }

    /// <summary>Clamps values that are outside [0, 1] only by rounding. Throws an exception for NaN and other values outside.</summary>
    private void Clamp(float[] image, string column, long row)
    {
        if (image.AsSpan().IndexOfAnyExceptInRange(-StepLog.Rounding, 1 + StepLog.Rounding) is >= 0 and var slot)
            throw new InvalidOperationException(
                $"Column '{column}'{_ofOption} has the value {image[slot]} in row {row}, slot {slot},"
                + " but an autoencoder for images needs values in [0, 1]: "
                + (float.IsNaN(image[slot])
                    ? "remove the row (SkipUnreadable of LoadPixels, ml.Data.FilterRowsByMissingValues), or append "
                        + "ReplaceMissingValues before it."
                    : "append ScalePixels before it if the values are in [0, 255]. If they are not pixels, set Architecture to a "
                        + "VectorArchitecture, which accepts any values."));
        foreach (ref var value in image.AsSpan())
            value = Math.Clamp(value, 0, 1);
    }
}
