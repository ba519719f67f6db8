using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Transforms;

/// <summary>Learns the principal components of a column.</summary>
public sealed class PrincipalComponentAnalyzer : IEstimator<PrincipalComponentAnalysisTransformer>
{
    private readonly IHostEnvironment _environment;
    private readonly string _output;
    private readonly string _input;
    private readonly string _weight;
    private readonly int _rank;
    private readonly int _oversampling;
    private readonly bool _isCentered;
    private readonly int? _seed;

    internal PrincipalComponentAnalyzer(
        IHostEnvironment environment, string output, string input, string weight, int rank, int oversampling, bool isCentered, int? seed)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentOutOfRangeException.ThrowIfNegative(oversampling);
        (_environment, _output, _input, _weight) = (environment, output, input, weight);
        (_rank, _oversampling, _isCentered, _seed) = (rank, oversampling, isCentered, seed);
    }

    public PrincipalComponentAnalysisTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        PrincipalComponentAnalysisTransformer.Check(input.Schema[_input]);
        if (_weight is not null && input.Schema.GetColumnOrNull(_weight)?.Type != NumberDataViewType.Single)
            throw new InvalidOperationException($"Weight column '{_weight}' does not exist.");
        var dimension = ExampleCursor.SizeOf(input, _input);
        if (_rank <= 0 || _rank > dimension)
            throw Contracts.Invalid("Rank", "Rank must be positive, and at most the dimension of untransformed data");
        var components = new PrincipalComponents(
            () => new ExampleCursor(input, _input, _weight), dimension, _isCentered, $"Empty data in column '{_input}'");
        var random = _seed is { } seed ? new Random(seed) : _environment.Register(nameof(PrincipalComponentAnalyzer)).Rand;
        var (vectors, mean) = components.Find(_rank, _oversampling, random);
        return new PrincipalComponentAnalysisTransformer([(_output, _input)], [(vectors, mean)]);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var column = inputSchema.FindInput(_input);
        if (column.Kind != SchemaShape.Column.VectorKind.Vector || column.IsKey || column.ItemType != NumberDataViewType.Single)
            throw PrincipalComponentAnalysisTransformer.Mismatch(_input, column.Describe());
        return inputSchema.With([new SchemaShape.Column(_output, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false)]);
    }
}
