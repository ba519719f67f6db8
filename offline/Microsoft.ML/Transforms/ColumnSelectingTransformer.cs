using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: Microsoft.ML.LoadableClass(
    typeof(ColumnSelectingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", ColumnSelectingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

/// <summary>Keeps columns, in the order of their names here, or drops them.</summary>
public sealed class ColumnSelectingTransformer : ITransformer
{
    internal const string LoaderSignature = "SelectColumnsTransform";

    private static readonly VersionInfo Version = VersionInfoOf.Stable("SELCOLST", LoaderSignature);
    private readonly bool _keepsHidden;

    internal ColumnSelectingTransformer(string[] names, bool keeps, bool keepsHidden)
    {
        if (names is null or [])
            throw new InvalidOperationException("There is no column to keep or to drop.");
        (Names, Keeps, _keepsHidden) = (names.ToArray(), keeps, keepsHidden);
    }

    internal IReadOnlyList<string> Names { get; }

    internal bool Keeps { get; }

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => MakeMapper(inputSchema).OutputSchema;

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedDataView(input, MakeMapper(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => MakeMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        ctx.Writer.Write(Keeps);
        ctx.Writer.Write(_keepsHidden);
        ctx.Writer.Write(Names.Count);
        foreach (var name in Names)
            ctx.SaveNonEmptyString(name);
    }

    internal static ColumnSelectingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var (keeps, keepsHidden) = (ctx.Reader.ReadBoolean(), ctx.Reader.ReadBoolean());
        var names = new string[ctx.Reader.ReadCount(sizeof(int))];
        for (var i = 0; i < names.Length; i++)
            names[i] = ctx.LoadNonEmptyString();
        return names.Length > 0 ? new ColumnSelectingTransformer(names, keeps, keepsHidden) : throw new FormatException("Corrupt model file");
    }

    internal void CheckNames(IEnumerable<string> present)
    {
        var missing = Names.Except(present).ToArray();
        if (missing.Length > 0)
            throw Contracts.ColumnMissing("input", string.Join(",", missing));
    }

    private RowMapper MakeMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        CheckNames(inputSchema.Select(column => column.Name));
        var columns = Keeps
            ? Names.SelectMany(name => inputSchema.Where(column => column.Name == name && (_keepsHidden || !column.IsHidden)))
            : inputSchema.Where(column => !Names.Contains(column.Name));
        return new RowMapper(inputSchema, columns.Select(MappedColumn.OfInput));
    }
}
