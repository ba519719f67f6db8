using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A transformer that adds what a model predicts.</summary>
public abstract class PredictionTransformerBase<TModel> : IPredictionTransformer<TModel>, IDisposable
    where TModel : class
{
    private const string ModelDirectory = "Model";
    private const string TrainSchemaEntry = "TrainSchema";

    internal readonly DataViewSchema TrainSchema;

    private protected PredictionTransformerBase(TModel model, DataViewSchema trainSchema) => (Model, TrainSchema) = (model, trainSchema);

    private protected PredictionTransformerBase(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.LoadModel<TModel, SignatureLoadModel>(env, out var model, ModelDirectory);
        Model = model;
        var schema = default(DataViewSchema);
        ctx.TryLoadBinaryStream(TrainSchemaEntry, reader => schema = SchemaFormat.Read(reader.ReadBytes((int)reader.BaseStream.Length)));
        TrainSchema = schema ?? throw new FormatException("Corrupt model file");
    }

    public TModel Model { get; }

    bool ITransformer.IsRowToRowMapper => true;

    public abstract DataViewSchema GetOutputSchema(DataViewSchema inputSchema);

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedDataView(input, MakeMapper(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => MakeMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        ctx.CheckAtModel();
        SaveCore(ctx);
        ctx.SaveModel(Model, ModelDirectory);
        ctx.SaveBinaryStream(TrainSchemaEntry, writer => writer.Write(SchemaFormat.Write(TrainSchema)));
    }

    public void Dispose()
    {
        (Model as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected RowMapper MakeMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new RowMapper(inputSchema, inputSchema.Select(MappedColumn.OfInput).Concat(MakeColumns(inputSchema)));
    }

    private protected abstract IEnumerable<MappedColumn> MakeColumns(DataViewSchema inputSchema);

    private protected abstract void SaveCore(ModelSaveContext ctx);
}
