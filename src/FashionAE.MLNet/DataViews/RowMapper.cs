using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.DataViews;

/// <summary>The path of a single row, such as a prediction engine's.</summary>
internal sealed class RowMapper(BatchMapping mapping) : IRowToRowMapper
{
    public DataViewSchema InputSchema => mapping.InputSchema;

    public DataViewSchema OutputSchema => mapping.OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        mapping.InputsFor(mapping.Activate(dependingColumns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) => new MappedRow(input, mapping, activeColumns);
}
