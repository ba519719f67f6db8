using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>The images, or vectors, in one or two columns of a view, row by row, each value checked.</summary>
/// <param name="inputs">The column of what the model sees.</param>
/// <param name="targets">The column of what it shall give back; null for the same one.</param>
/// <param name="option">The option that the view is given as, for errors; null for the view that is fitted.</param>
internal sealed class ImageRows(IDataView view, ImageColumn inputs, ImageColumn? targets, string? option = null)
{
    private readonly string _ofOption = option is null ? "" : $" of {option}";

    public InputShape Shape => inputs.Shape;

    public bool HasTargets => targets is not null;

    /// <summary>Gets a value indicating whether values that are NaN are taken: the network leaves them out.</summary>
    public bool MasksMissing { get; init; }

    /// <summary>What the view is to the user, for errors.</summary>
    public string Name => option ?? "Training set";

    /// <summary>
    /// Goes through the rows; the memory of their values is used again for the next row. Vectors that are mostly zeros stay sparse.
    /// </summary>
    /// <exception cref="InvalidOperationException">A pixel is NaN or not in [0, 1], or a vector is not of its type's length.</exception>
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
                        $"Row {row} has {buffers[i].Length} values in column '{columns[i].Name}'{_ofOption};"
                        + $" {Shape.Description} have {Shape.Size}.");
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

    /// <summary>Whether a vector takes less memory as it comes.</summary>
    private bool StaysSparse(in VBuffer<float> vector) => Shape.IsVector && 2L * vector.GetValues().Length < vector.Length;

    private void CheckFinite(in VBuffer<float> vector, DataViewSchema.Column column, long row)
    {
        var values = vector.GetValues();
        if (MasksMissing && vector.IsDense && FiniteValues.AreMissing(values))
            throw new InvalidOperationException(
                $"Column '{column.Name}'{_ofOption} has no value in row {row}: leave the row out (ml.Data.FilterByCustomPredicate).");
        var place = FiniteValues.IndexOfOther(values, MasksMissing);
        if (place < 0)
            return;
        var slot = vector.IsDense ? place : vector.GetIndices()[place];
        throw new InvalidOperationException(
            $"Column '{column.Name}'{_ofOption} has the value {values[place]} in row {row}, slot {ImageColumn.NameOfSlot(column, slot)};"
            + (float.IsNaN(values[place])
                ? " leave the row out (ml.Data.FilterRowsByMissingValues), or append ReplaceMissingValues before it, or set MissingValues ="
                    + " MissingValues.Mask in a VectorArchitecture."
                : " leave the row out (ml.Data.FilterByCustomPredicate), or replace the value by a CustomMapping."));
    }

    /// <summary>Removes what rounding leaves outside of [0, 1].</summary>
    private void Clamp(float[] image, string column, long row)
    {
        if (image.AsSpan().IndexOfAnyExceptInRange(-StepLog.Rounding, 1 + StepLog.Rounding) is >= 0 and var slot)
            throw new InvalidOperationException(
                $"Column '{column}'{_ofOption} has the value {image[slot]} in row {row}, slot {slot};"
                + " an autoencoder learns from numbers in [0, 1]: "
                + (float.IsNaN(image[slot])
                    ? "leave the row out (SkipUnreadable of LoadPixels, ml.Data.FilterRowsByMissingValues), or append "
                        + "ReplaceMissingValues before it."
                    : "append ScalePixels before it where they are in [0, 255]; where they are no pixels, set Architecture to a "
                        + "VectorArchitecture, which takes any numbers."));
        foreach (ref var value in image.AsSpan())
            value = Math.Clamp(value, 0, 1);
    }
}
