using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

public class KMeansTrainer : TrainerEstimatorBase<ClusteringPredictionTransformer<KMeansModelParameters>, KMeansModelParameters>
{
    private readonly IHostEnvironment _environment;
    private readonly int _numberOfClusters;

    internal KMeansTrainer(IHostEnvironment environment, string feature, string weight, int numberOfClusters)
        : base(feature, weight)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(numberOfClusters);
        (_environment, _numberOfClusters) = (environment, numberOfClusters);
    }

    public override TrainerInfo Info { get; } = new();

    private protected override SchemaShape.Column[] GetOutputColumns(SchemaShape inputSchema) =>
    [
        new(PredictionColumnNames.PredictedLabel, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true,
            new SchemaShape(ScoreAnnotations.Promised)),
        new(PredictionColumnNames.Score, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false,
            new SchemaShape(ScoreAnnotations.Promised)),
    ];

    private protected override ClusteringPredictionTransformer<KMeansModelParameters> Train(IDataView input)
    {
        using var cursor = new ExampleCursor(input, FeatureColumn.Name, WeightColumn.Name);
        var random = _environment.Register(nameof(KMeansTrainer)).Rand;
        var centroids = new Lloyd(Examples.Read(cursor), _numberOfClusters, random).Run();
        return new ClusteringPredictionTransformer<KMeansModelParameters>(new KMeansModelParameters(centroids), input.Schema, FeatureColumn.Name);
    }
}
