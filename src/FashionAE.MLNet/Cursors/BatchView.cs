using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>
/// A view with the columns that a mapping adds. Its cursors read a batch of rows ahead where one of those is asked for. ML.NET walks back
/// from a view to its source only where it is an <see cref="IDataTransform"/>: elsewhere its exporter of ONNX would take the columns for
/// inputs.
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

    // These names are written out: dotnet format does not see the namespace and would take a using for unnecessary.
    // To answer no, as the interface has it, would be a message that names no remedy, or none where no later step needs the columns.
    bool Microsoft.ML.Model.OnnxConverter.ICanSaveOnnx.CanSaveOnnx(Microsoft.ML.Model.OnnxConverter.OnnxContext ctx) =>
        mapping.WriteOnnx is null
            ? throw new NotSupportedException(
                $"ConvertToOnnx of ML.NET cannot export {log.Step}, a step of FashionAE that a graph cannot hold. Append a step for "
                + "training alone with TransformerScope.Training, and do other steps before the graph is run: see docs/serving.md. To "
                + "export the later steps alone, call it with a view that has their input: ml.Data.Cache(view).")
            : true;

    void Microsoft.ML.Model.OnnxConverter.ISaveAsOnnx.SaveAsOnnx(Microsoft.ML.Model.OnnxConverter.OnnxContext ctx) =>
        OnnxExport.Write(ctx, log.Step, mapping.AddedColumns, mapping.WriteOnnx!);

    private DataViewRowCursor[] Wrap(DataViewRowCursor[] inputs, bool[] active)
    {
        var cursors = Array.ConvertAll(inputs, cursor => Wrap(cursor, active));
        return mapping.AddsAny(active) ? reads?.Watch(cursors) ?? cursors : cursors;
    }

    private DataViewRowCursor Wrap(DataViewRowCursor cursor, bool[] active) => mapping.Computes(active) || mapping.Copies > 1
        ? new BatchCursor(cursor, mapping, active, log)
        : new PassThroughCursor(cursor, mapping, active);
}
