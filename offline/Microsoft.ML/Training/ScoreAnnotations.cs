namespace Microsoft.ML.Data;

/// <summary>The annotations by which the columns of one prediction know each other.</summary>
internal sealed class ScoreAnnotations(string scoreColumnKind, uint setId)
{
    public const string ScoreColumnKind = "ScoreColumnKind";
    public const string ScoreColumnSetId = "ScoreColumnSetId";
    public const string ScoreValueKind = "ScoreValueKind";
    public const string TrainingLabelValues = "TrainingLabelValues";

    private static readonly KeyDataViewType SetIdType = new(typeof(uint), int.MaxValue);

    /// <summary>Gets what all columns of predictions promise.</summary>
    public static IEnumerable<SchemaShape.Column> Promised { get; } =
    [
        new(ScoreColumnSetId, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true),
        new(ScoreColumnKind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, false),
        new(ScoreValueKind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, false),
    ];

    /// <summary>The annotations of a prediction after those that a schema has already.</summary>
    public static ScoreAnnotations After(DataViewSchema schema, string scoreColumnKind)
    {
        var last = 0u;
        foreach (var annotations in schema.Select(column => column.Annotations))
        {
            if (annotations.Schema.GetColumnOrNull(ScoreColumnSetId)?.Type is not KeyDataViewType type || type.RawType != typeof(uint))
                continue;
            var id = 0u;
            annotations.GetValue(ScoreColumnSetId, ref id);
            last = Math.Max(last, id);
        }
        return new ScoreAnnotations(scoreColumnKind, last + 1);
    }

    public DataViewSchema.Annotations OfPredictedLabel(DataViewSchema.Annotations labels = null)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        AddText(annotations, ScoreColumnKind, scoreColumnKind);
        AddText(annotations, ScoreValueKind, "PredictedLabel");
        annotations.Add(labels, _ => true);
        AddSetId(annotations);
        return annotations.ToAnnotations();
    }

    public DataViewSchema.Annotations OfScore(DataViewSchema.Annotations labels = null)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        AddText(annotations, ScoreColumnKind, scoreColumnKind);
        AddSetId(annotations);
        AddText(annotations, ScoreValueKind, "Score");
        annotations.Add(labels, _ => true);
        return annotations.ToAnnotations();
    }

    private static void AddText(DataViewSchema.Annotations.Builder annotations, string kind, string text) =>
        annotations.AddPrimitiveValue(kind, TextDataViewType.Instance, text.AsMemory());

    private void AddSetId(DataViewSchema.Annotations.Builder annotations) => annotations.AddPrimitiveValue(ScoreColumnSetId, SetIdType, setId);
}
