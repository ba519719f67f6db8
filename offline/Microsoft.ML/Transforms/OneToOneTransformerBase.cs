using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A transformer that makes each of its columns of one other.</summary>
public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    private protected readonly IReadOnlyList<(string Output, string Input)> Pairs;

    private protected OneToOneTransformerBase(IEnumerable<(string Output, string Input)> pairs) => Pairs = pairs.ToArray();

    private protected override IEnumerable<MappedColumn> MakeColumns(DataViewSchema inputSchema) => Pairs.Select((pair, i) =>
        MakeColumn(i, inputSchema.GetColumnOrNull(pair.Input) ?? throw Contracts.ColumnMissing("input", pair.Input)));

    private protected abstract MappedColumn MakeColumn(int index, DataViewSchema.Column input);

    private protected static void SavePairs(ModelSaveContext ctx, IReadOnlyCollection<(string Output, string Input)> pairs)
    {
        ctx.Writer.Write(pairs.Count);
        foreach (var (output, input) in pairs)
        {
            ctx.SaveNonEmptyString(output);
            ctx.SaveNonEmptyString(input);
        }
    }

    private protected static (string Output, string Input)[] LoadPairs(ModelLoadContext ctx)
    {
        var pairs = new (string, string)[ctx.Reader.ReadCount(2 * sizeof(int))];
        for (var i = 0; i < pairs.Length; i++)
            pairs[i] = (ctx.LoadNonEmptyString(), ctx.LoadNonEmptyString());
        return pairs;
    }
}
