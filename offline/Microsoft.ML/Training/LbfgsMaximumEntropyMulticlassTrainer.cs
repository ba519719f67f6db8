using Microsoft.ML.Data;

namespace Microsoft.ML.Trainers;

/// <summary>Multinomial logistic regression with L1 and L2 regularization of the weights.</summary>
public sealed class LbfgsMaximumEntropyMulticlassTrainer
    : TrainerEstimatorBase<MulticlassPredictionTransformer<MaximumEntropyModelParameters>, MaximumEntropyModelParameters>
{
    private readonly float _l1;
    private readonly float _l2;
    private readonly float _tolerance;
    private readonly int _historySize;
    private readonly bool _isNonNegative;

    internal LbfgsMaximumEntropyMulticlassTrainer(
        string label, string feature, string weight, float l1, float l2, float tolerance, int historySize, bool isNonNegative)
        : base(feature, weight, label)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(l1);
        ArgumentOutOfRangeException.ThrowIfNegative(l2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tolerance);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(historySize);
        (_l1, _l2, _tolerance, _historySize, _isNonNegative) = (l1, l2, tolerance, historySize, isNonNegative);
    }

    public override TrainerInfo Info { get; } = new();

    private protected override SchemaShape.Column[] GetOutputColumns(SchemaShape inputSchema)
    {
        inputSchema.TryFindColumn(LabelColumn.Name, out var label);
        var values = label.Annotation(AnnotationUtils.Kinds.KeyValues).ToArray();
        var ofScore = values.SelectMany(column => column.ItemType is TextDataViewType
            ? new[] { ScoreAnnotations.TrainingLabelValues, AnnotationUtils.Kinds.SlotNames } : [ScoreAnnotations.TrainingLabelValues],
            (column, kind) => SchemaShapeExtensions.VectorAnnotation(kind, column.ItemType));
        return
        [
            new(PredictionColumnNames.PredictedLabel, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true,
                new SchemaShape(ScoreAnnotations.Promised.Concat(values))),
            new(PredictionColumnNames.Score, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false,
                new SchemaShape(ScoreAnnotations.Promised.Concat(ofScore))),
        ];
    }

    private protected override MulticlassPredictionTransformer<MaximumEntropyModelParameters> Train(IDataView input)
    {
        using var cursor = new ExampleCursor(input, FeatureColumn.Name, WeightColumn.Name, LabelColumn.Name);
        var examples = Examples.Read(cursor);
        if (examples.Features.Length == 0)
            throw new InvalidOperationException("No valid training instances found, all instances have missing features.");

        var (classes, features) = ((int)((KeyDataViewType)input.Schema[LabelColumn.Name].Type).Count, cursor.Features.Length);
        var loss = new SoftmaxLoss(examples, classes, features, _l2);
        var parameters = new OrthantMinimizer(loss.Evaluate)
        {
            FreeCount = classes,
            Penalty = (double)_l1 / examples.Features.Length,
            IsNonNegative = _isNonNegative,
            Tolerance = _tolerance,
            HistorySize = _historySize,
        }.Minimize(loss.ParameterCount);

        var numbers = Array.ConvertAll(parameters, parameter => (float)parameter);
        var weights = Enumerable.Range(0, classes).Select(i => numbers[(classes + i * features)..(classes + (i + 1) * features)]).ToArray();
        var model = new MaximumEntropyModelParameters(numbers[..classes], weights);
        return new MulticlassPredictionTransformer<MaximumEntropyModelParameters>(model, input.Schema, FeatureColumn.Name, LabelColumn.Name);
    }
}
