using FashionAE.Torch.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Training;

/// <summary>The images in one or two columns of a view, row by row, each pixel checked.</summary>
/// <param name="view">The view.</param>
/// <param name="inputName">The column of what the model sees.</param>
/// <param name="targetName">The column of what it shall give back; null for the same one.</param>
/// <param name="shape">The shape of the images.</param>
internal sealed class ImageRows(IDataView view, string inputName, string? targetName, ImageShape shape)
{
    // A normalizer that multiplies by a reciprocal can overshoot by the rounding of single precision.
    private const float Tolerance = 1e-6f;

    public ImageShape Shape => shape;

    public bool HasTargets => targetName is not null && targetName != inputName;

    /// <summary>Goes through the rows; the arrays are used again for the next row.</summary>
    /// <exception cref="InvalidOperationException">A pixel is no number in [0, 1], or a vector has another length than its type says.</exception>
    public IEnumerable<(long Row, float[] Input, float[] Target)> Enumerate()
    {
        var inputColumn = view.Schema[inputName];
        var columns = HasTargets ? new[] { inputColumn, view.Schema[targetName!] } : [inputColumn];
        using var cursor = view.GetRowCursor(columns);
        var getters = Array.ConvertAll(columns, cursor.GetGetter<VBuffer<float>>);
        var buffer = default(VBuffer<float>);
        var images = Array.ConvertAll(columns, _ => new float[shape.Size]);
        for (var row = 0L; cursor.MoveNext(); row++)
        {
            for (var i = 0; i < columns.Length; i++)
            {
                getters[i](ref buffer);
                if (buffer.Length != shape.Size)
                    throw new InvalidOperationException($"Row {row} has {buffer.Length} values in column '{columns[i].Name}'; images of {shape} have {shape.Size}.");
                buffer.CopyTo(images[i]);
                Clamp(images[i], columns[i].Name, row);
            }
            yield return (row, images[0], HasTargets ? images[1] : []);
        }
    }

    private static void Clamp(float[] image, string column, long row)
    {
        for (var i = 0; i < image.Length; i++)
        {
            var value = image[i];
            if (value is >= 0 and <= 1)
                continue;
            if (!(value is >= -Tolerance and <= 1 + Tolerance))
                throw new InvalidOperationException(
                    $"Column '{column}' has the value {value} in row {row}, slot {i}; an autoencoder learns from numbers in [0, 1]: "
                    + (float.IsNaN(value) ? "append ReplaceMissingValues before it." : "append NormalizeMinMax before it."));
            image[i] = Math.Clamp(value, 0, 1);
        }
    }
}
