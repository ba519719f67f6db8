using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Data;

public sealed class MulticlassPredictionTransformer<TModel> : SingleFeaturePredictionTransformerBase<TModel>
    where TModel : class
{
    private readonly DataViewSchema.Column _label;

    internal MulticlassPredictionTransformer(TModel model, DataViewSchema trainSchema, string featureColumn, string labelColumn)
        : base(model, trainSchema, featureColumn) => _label = trainSchema[labelColumn];

    internal MulticlassPredictionTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env, ctx)
    {
        _label = TrainSchema.GetColumnOrNull(ctx.LoadNonEmptyString()) ?? throw new FormatException("Corrupt model file");
        if (_label.Type is not KeyDataViewType { Count: <= int.MaxValue } key || (int)key.Count != Parameters.NumberOfClasses)
            throw new FormatException("Corrupt model file");
    }

    private protected override string ScoreColumnKind => "MulticlassClassification";

    private protected override int FeatureCount => Parameters.FeatureCount;

    private LinearMulticlassModelParametersBase Parameters => (LinearMulticlassModelParametersBase)(object)Model;

    private protected override IEnumerable<MappedColumn> MakeColumns(DataViewSchema.Column features, ScoreAnnotations annotations)
    {
        var keyType = new KeyDataViewType(typeof(uint), Parameters.NumberOfClasses);
        var scoreType = new VectorDataViewType(NumberDataViewType.Single, Parameters.NumberOfClasses);
        yield return OfScore(PredictionColumnNames.PredictedLabel, keyType,
            annotations.OfPredictedLabel(LabelValues(AnnotationUtils.Kinds.KeyValues)), features, Parameters, KeyOfGreatest);
        yield return new MappedColumn(PredictionColumnNames.Score, scoreType,
            annotations.OfScore(_label.HasKeyValues()
                ? LabelValues(ScoreAnnotations.TrainingLabelValues, AnnotationUtils.Kinds.SlotNames)
                : LabelValues(ScoreAnnotations.TrainingLabelValues)),
            [features], row => MakeScorer(row, features, Parameters));
    }

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(MulticlassPredictionTransformer.Version);
        base.SaveCore(ctx);
        ctx.SaveNonEmptyString(_label.Name);
    }

    /// <summary>The first of the greatest; the missing key where a score is no number.</summary>
    private static uint KeyOfGreatest(VBuffer<float> scores)
    {
        var values = scores.GetValues();
        var greatest = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (float.IsNaN(values[i]))
                return 0;
            if (values[i] > values[greatest])
                greatest = i;
        }
        return (uint)greatest + 1;
    }

    /// <summary>The values of the label's keys as annotations of these kinds; none where the label has none.</summary>
    private DataViewSchema.Annotations LabelValues(params string[] kinds)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        if (_label.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues) is { } values)
            foreach (var kind in kinds)
                annotations.Add(kind, values.Type, _label.Annotations.GetterOf(values));
        return annotations.ToAnnotations();
    }
}
