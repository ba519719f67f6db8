using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>
/// A view with the columns that a mapping adds. Its cursors read a batch of rows ahead if an added column is active, or if the mapping
/// drops or copies rows. The view has to be an <see cref="IDataTransform"/>, so that ML.NET can walk back to its source. Otherwise ML.NET's
/// ONNX exporter would treat the added columns as inputs.
/// </summary>
internal sealed class BatchView(ITransformer transformer, IDataView input, BatchMapping mapping, StepLog log, RepeatedReads? reads)
    : Microsoft.ML.Model.OnnxConverter.ITransformCanSaveOnnx, ITransformTemplate
{
    IDataView IDataTransform.Source => input;

    public bool CanShuffle => input.CanShuffle;

    public DataViewSchema Schema => mapping.OutputSchema;

    public long? GetRowCount() => mapping.DropsRows ? null : input.GetRowCount() * mapping.Copies;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = mapping.Activate(columnsNeeded);
        return Wrap([input.GetRowCursor(mapping.InputsFor(active), rand)], active)[0];
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var active = mapping.Activate(columnsNeeded);
        return Wrap(input.GetRowCursorSet(mapping.InputsFor(active), n, rand), active);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => transformer.Save(ctx);

    IDataTransform ITransformTemplate.ApplyToData(IHostEnvironment env, IDataView newSource) =>
        (IDataTransform)transformer.Transform(newSource);

    // It throws instead of returning false. ML.NET's own message would name no remedy, and ML.NET would say nothing if no later step needs
    // the columns. The namespace is written out: dotnet format does not see it and would remove a using directive as unnecessary.
    bool Microsoft.ML.Model.OnnxConverter.ICanSaveOnnx.CanSaveOnnx(Microsoft.ML.Model.OnnxConverter.OnnxContext ctx) =>
        mapping.WriteOnnx is null
            ? throw new NotSupportedException(
                $"ConvertToOnnx of ML.NET cannot export {log.Step} of FashionAE, because an ONNX graph cannot represent it. Append a "
                + "training-only step with TransformerScope.Training, and run other steps before the graph: see docs/serving.md. To "
                + "export only the later steps, pass a view with their input: ml.Data.Cache(view).")
            : true;

    void Microsoft.ML.Model.OnnxConverter.ISaveAsOnnx.SaveAsOnnx(Microsoft.ML.Model.OnnxConverter.OnnxContext ctx) =>
        OnnxExport.Write(ctx, log.Step, mapping.AddedColumns, mapping.WriteOnnx!);

    private DataViewRowCursor[] Wrap(DataViewRowCursor[] inputs, bool[] active)
    {
        try
        {
            var cursors = Array.ConvertAll(inputs, cursor => Wrap(cursor, active));
            return mapping.AddsAny(active) ? reads?.Watch(cursors) ?? cursors : cursors;
        }
        catch
        {
            Array.ForEach(inputs, cursor => cursor.Dispose());
            throw;
        }
    }

    private DataViewRowCursor Wrap(DataViewRowCursor cursor, bool[] active) => mapping.Computes(active) || mapping.Copies > 1
        ? new BatchCursor(cursor, mapping, active, log)
        : new PassThroughCursor(cursor, mapping, active);
}
