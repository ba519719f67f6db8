using System.Reflection;
using Microsoft.ML.Runtime;

[assembly: Microsoft.ML.LoadableClass(
    typeof(Microsoft.ML.Data.ColumnConcatenatingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "",
    Microsoft.ML.Data.ColumnConcatenatingTransformer.LoaderSignature)]

namespace Microsoft.ML.Data;

public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
{
    internal const string LoaderSignature = "ConcatTransform";

    private static readonly VersionInfo Version = VersionInfoOf.Stable("CONCAT F", LoaderSignature);
    private readonly string _output;
    private readonly string[] _inputs;

    internal ColumnConcatenatingTransformer(string output, string[] inputs) => (_output, _inputs) = (output, inputs);

    internal static InvalidOperationException IsKey(string column) =>
        new($"Column '{column}' is key. Keys cannot be concatenated.");

    internal static ColumnConcatenatingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var (output, inputs) = (ctx.LoadNonEmptyString(), new string[ctx.Reader.ReadCount(sizeof(int))]);
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] = ctx.LoadNonEmptyString();
        return inputs.Length > 0 ? new ColumnConcatenatingTransformer(output, inputs) : throw new FormatException("Corrupt model file");
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Version);
        ctx.SaveNonEmptyString(_output);
        ctx.Writer.Write(_inputs.Length);
        foreach (var input in _inputs)
            ctx.SaveNonEmptyString(input);
    }

    private protected override IEnumerable<MappedColumn> MakeColumns(DataViewSchema inputSchema)
    {
        var columns = Array.ConvertAll(_inputs, name => inputSchema.GetColumnOrNull(name) ?? throw Contracts.ColumnMissing("input", name));
        var itemType = ItemTypeOf(columns[0]);
        foreach (var column in columns)
        {
            var type = ItemTypeOf(column);
            if (type is KeyDataViewType)
                throw IsKey(column.Name);
            if (type is null || !type.Equals(itemType))
                throw Contracts.SchemaMismatch("input", column.Name, $"{(object)itemType ?? "primitive type"}", column.Type.ToString());
        }
        if (columns is [{ Type: VectorDataViewType } only])
            return [new MappedColumn(_output, only.Type, only.Annotations, columns, row => row.GetGetter(only))];

        // Where the size of one is not known, that of all is not.
        var sizes = Array.ConvertAll(columns, column => column.Type is VectorDataViewType vector ? vector.Size : 1);
        var vectorType = new VectorDataViewType(itemType, sizes.Contains(0) ? 0 : sizes.Sum());
        return [new MappedColumn(_output, vectorType, MakeAnnotations(columns, vectorType), columns, row => MakeGetter(row, columns, itemType))];
    }

    private static PrimitiveDataViewType ItemTypeOf(DataViewSchema.Column column) =>
        column.Type is VectorDataViewType vector ? vector.ItemType : column.Type as PrimitiveDataViewType;

    private static DataViewSchema.Annotations MakeAnnotations(DataViewSchema.Column[] columns, VectorDataViewType type)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        if (type.ItemType is NumberDataViewType && columns.All(IsNormalized))
            annotations.AddPrimitiveValue(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, true);
        if (type.IsKnownSize && columns.Any(column => column.Type is not VectorDataViewType || HasSlotNames(column)))
        {
            var names = columns.SelectMany(NamesOf).ToArray();
            annotations.Add(AnnotationUtils.Kinds.SlotNames, new VectorDataViewType(TextDataViewType.Instance, type.Size),
                (ref VBuffer<ReadOnlyMemory<char>> value) => VBuffer<ReadOnlyMemory<char>>.Copy(names, 0, ref value, names.Length));
        }
        return annotations.ToAnnotations();
    }

    private static bool IsNormalized(DataViewSchema.Column column)
    {
        var value = false;
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.IsNormalized) is { } kind && kind.Type is BooleanDataViewType)
            column.Annotations.GetValue(AnnotationUtils.Kinds.IsNormalized, ref value);
        return value;
    }

    private static bool HasSlotNames(DataViewSchema.Column column) =>
        column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.SlotNames)?.Type is VectorDataViewType { ItemType: TextDataViewType };

    /// <summary>A scalar is named after its column, a slot after its column and itself; a slot without a name stays without.</summary>
    private static IEnumerable<ReadOnlyMemory<char>> NamesOf(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType vector)
            return [column.Name.AsMemory()];
        if (!HasSlotNames(column))
            return new ReadOnlyMemory<char>[vector.Size];
        var names = default(VBuffer<ReadOnlyMemory<char>>);
        column.Annotations.GetValue(AnnotationUtils.Kinds.SlotNames, ref names);
        return names.DenseValues().Select(name => name.IsEmpty ? name : $"{column.Name}.{name}".AsMemory()).ToArray();
    }

    private static Delegate MakeGetter(DataViewRow row, DataViewSchema.Column[] columns, PrimitiveDataViewType itemType) =>
        (Delegate)typeof(ColumnConcatenatingTransformer)
            .GetMethod(nameof(Concatenate), BindingFlags.Static | BindingFlags.NonPublic)
            .MakeGenericMethod(itemType.RawType)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [row, columns], null);

    private static ValueGetter<VBuffer<T>> Concatenate<T>(DataViewRow row, DataViewSchema.Column[] columns)
    {
        var getters = Array.ConvertAll(columns, column => AsVector<T>(row, column));
        var parts = new VBuffer<T>[getters.Length];
        return (ref VBuffer<T> value) =>
        {
            var length = 0;
            for (var i = 0; i < parts.Length; i++)
            {
                getters[i](ref parts[i]);
                if (columns[i].Type is VectorDataViewType { IsKnownSize: true } vector && vector.Size != parts[i].Length)
                    throw new InvalidOperationException($"Column '{columns[i].Name}': expected {vector.Size} slots, but got {parts[i].Length}");
                length += parts[i].Length;
            }
            var editor = VBufferEditor.Create(ref value, length);
            for (var (i, at) = (0, 0); i < parts.Length; at += parts[i++].Length)
                parts[i].CopyTo(editor.Values, at);
            value = editor.Commit();
        };
    }

    private static ValueGetter<VBuffer<T>> AsVector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType)
            return row.GetGetter<VBuffer<T>>(column);
        var getter = row.GetGetter<T>(column);
        return (ref VBuffer<T> value) =>
        {
            var editor = VBufferEditor.Create(ref value, 1);
            getter(ref editor.Values[0]);
            value = editor.Commit();
        };
    }
}
