using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

/// <summary>Learns the principal components of rows, so that those far from them stand out.</summary>
public sealed class RandomizedPcaTrainer : TrainerEstimatorBase<AnomalyPredictionTransformer<PcaModelParameters>, PcaModelParameters>
{
    private readonly int _rank;
    private readonly int _oversampling;
    private readonly bool _isCentered;
    private readonly int _seed;

    internal RandomizedPcaTrainer(
        IHostEnvironment environment, string feature, string weight, int rank, int oversampling, bool isCentered, int? seed)
        : base(feature, weight)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rank);
        ArgumentOutOfRangeException.ThrowIfNegative(oversampling);
        (_rank, _oversampling, _isCentered) = (rank, oversampling, isCentered);
        _seed = seed ?? environment.Register(nameof(RandomizedPcaTrainer)).Rand.Next();
    }

    // Two passes are not worth it.
    public override TrainerInfo Info { get; } = new(caching: false);

    private protected override SchemaShape.Column[] GetOutputColumns(SchemaShape inputSchema) =>
    [
        new(PredictionColumnNames.PredictedLabel, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false,
            new SchemaShape(ScoreAnnotations.Promised)),
        new(PredictionColumnNames.Score, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, false,
            new SchemaShape(ScoreAnnotations.Promised)),
    ];

    private protected override AnomalyPredictionTransformer<PcaModelParameters> Train(IDataView input)
    {
        var dimension = ExampleCursor.SizeOf(input, FeatureColumn.Name);
        if (_rank > dimension)
            throw new InvalidOperationException($"Rank ({_rank}) cannot be larger than the original dimension ({dimension})");
        var components = new PrincipalComponents(
            () => new ExampleCursor(input, FeatureColumn.Name, WeightColumn.Name), dimension, _isCentered, "Empty training data");
        var (vectors, mean) = components.Find(_rank, _oversampling, new Random(_seed));
        return new AnomalyPredictionTransformer<PcaModelParameters>(new PcaModelParameters(vectors, mean), input.Schema, FeatureColumn.Name);
    }
}
