using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Imaging;

/// <summary>Rows with an error map like those of an anomaly detector.</summary>
internal static class ErrorMapView
{
    /// <summary>Creates a view whose columns have dimensions, and whose error map has the threshold if one is given.</summary>
    public static IDataView Make(
        MLContext ml, IEnumerable<ErrorMapRow> rows, int[] imageDimensions, int[] errorDimensions, float? threshold = null)
    {
        var definition = SchemaDefinition.Create(typeof(ErrorMapRow));
        definition["Pixels"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, imageDimensions);
        definition["Errors"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, errorDimensions);
        if (threshold is { } value)
            definition["Errors"].AddAnnotation("PixelThreshold", value, NumberDataViewType.Single);
        definition["Mask"].ColumnType = new VectorDataViewType(BooleanDataViewType.Instance, imageDimensions[^2..]);
        return ml.Data.LoadFromEnumerable(rows, definition);
    }

    /// <summary>Creates a view of one gray image.</summary>
    public static IDataView Make(MLContext ml, ErrorMapRow row, int height, int width, float? threshold = null) =>
        Make(ml, [row], [1, height, width], [height, width], threshold);
}

/// <summary>An image, its error map and its mask.</summary>
internal sealed class ErrorMapRow
{
    public float[] Pixels { get; set; } = [];

    public float[] Errors { get; set; } = [];

    public bool[] Mask { get; set; } = [];
}
