using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>The annotations of added columns, both as an estimator promises them and as a transformer creates them.</summary>
internal static class ColumnAnnotations
{
    /// <summary>The value of ScoreValueKind, ML.NET's annotation of score columns, for an error map.</summary>
    public const string ErrorMap = "ErrorMap";
    /// <summary>The value of ScoreValueKind for a mask.</summary>
    public const string Mask = "Mask";

    /// <summary>The annotation of an error map that holds the pixel threshold, a Single. Pixels with a larger error are marked.</summary>
    public const string PixelThreshold = "PixelThreshold";

    private const string SlotNames = AnnotationUtils.Kinds.SlotNames;

    /// <summary>The annotations that mark a column as a detector's, as ML.NET's trainers promise them.</summary>
    public static SchemaShape.Column[] PromisedOfDetector => [.. AnnotationUtils.GetTrainerOutputAnnotation()];

    /// <summary>The annotations of a detector's error map.</summary>
    public static SchemaShape.Column[] PromisedOfErrorMap =>
        [.. PromisedOfDetector, PromisedColumn.Scalar(PixelThreshold, NumberDataViewType.Single)];

    public static SchemaShape.Column[] PromisedOfLatent => [PromisedColumn.Vector(SlotNames, TextDataViewType.Instance)];

    /// <summary>
    /// The slot names that a column of images inherits from the input column. A vector of unknown size has no slot names.
    /// </summary>
    public static SchemaShape.Column[] PromisedOfImages(SchemaShape.Column input) =>
        input.Kind == SchemaShape.Column.VectorKind.Vector && input.Annotations.TryFindColumn(SlotNames, out var names) ? [names] : [];

    /// <inheritdoc cref="PromisedOfImages"/>
    public static DataViewSchema.Annotations OfImages(DataViewSchema.Column input)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(input.Annotations, kind => kind == SlotNames && input.Type is VectorDataViewType { IsKnownSize: true });
        return builder.ToAnnotations();
    }

    /// <summary>Creates the slot names of latent vectors: Latent1, Latent2 and so on.</summary>
    public static DataViewSchema.Annotations OfLatent(int size)
    {
        var names = Enumerable.Range(1, size).Select(i => $"Latent{i}".AsMemory()).ToArray();
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(
            SlotNames, new VectorDataViewType(TextDataViewType.Instance, size),
            (ref VBuffer<ReadOnlyMemory<char>> value) => VBuffer<ReadOnlyMemory<char>>.Copy(names, 0, ref value, names.Length));
        return builder.ToAnnotations();
    }

    /// <summary>
    /// Creates the annotations of one column of a detector. All its columns form one score column set, whose id is new in the schema.
    /// </summary>
    /// <param name="inputSchema">The schema that the columns are added to.</param>
    /// <param name="valueKind">The kind of the column, such as <see cref="AnnotationUtils.Const.ScoreValueKind.Score"/>.</param>
    /// <param name="pixelThreshold">The error above which a pixel is marked, for <see cref="PixelThreshold"/>; null to omit it.</param>
    public static DataViewSchema.Annotations OfDetector(DataViewSchema inputSchema, string valueKind, float? pixelThreshold = null)
    {
        var set = inputSchema.GetMaxAnnotationKind(out _, AnnotationUtils.Kinds.ScoreColumnSetId) + 1;
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreColumnSetId, AnnotationUtils.ScoreColumnSetIdType, set);
        builder.AddPrimitiveValue(
            AnnotationUtils.Kinds.ScoreColumnKind, TextDataViewType.Instance,
            AnnotationUtils.Const.ScoreColumnKind.AnomalyDetection.AsMemory());
        builder.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreValueKind, TextDataViewType.Instance, valueKind.AsMemory());
        if (pixelThreshold is { } threshold)
            builder.AddPrimitiveValue(PixelThreshold, NumberDataViewType.Single, threshold);
        return builder.ToAnnotations();
    }
}
