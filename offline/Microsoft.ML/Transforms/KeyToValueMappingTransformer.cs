using System.Numerics;
using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: Microsoft.ML.LoadableClass(
    typeof(KeyToValueMappingTransformer), null, typeof(Microsoft.ML.SignatureLoadModel), "", KeyToValueMappingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

/// <summary>Maps keys to the values in the annotations of their column. A missing key becomes NaN, or else the type's default.</summary>
public sealed class KeyToValueMappingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "KeyToValueTransform";

    private static readonly VersionInfo Version = VersionInfoOf.Stable("KEY2VALT", LoaderSignature);

    internal KeyToValueMappingTransformer(IEnumerable<(string Output, string Input)> pairs)
        : base(pairs)
    {
    }

    internal IReadOnlyList<(string Output, string Input)> ColumnPairs => Pairs;

    internal static KeyToValueMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new KeyToValueMappingTransformer(LoadPairs(ctx));
    }

    private protected override MappedColumn MakeColumn(int index, DataViewSchema.Column input)
    {
        var vector = input.Type as VectorDataViewType;
        if ((vector?.ItemType ?? input.Type) is not KeyDataViewType key ||
            input.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues)?.Type is not VectorDataViewType values)
            throw new InvalidOperationException("Metadata KeyValues does not exist");
        if ((ulong)values.Size != key.Count)
            throw new InvalidOperationException($"The column '{input.Name}' has {key.Count} keys and {values.Size} values of them.");

        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(input.Annotations, name => name == AnnotationUtils.Kinds.SlotNames);
        DataViewType type = vector is null ? values.ItemType : new VectorDataViewType(values.ItemType, vector.Dimensions);
        var make = typeof(KeyToValueMappingTransformer)
            .GetMethod(nameof(MakeGetter), BindingFlags.Static | BindingFlags.NonPublic)
            .MakeGenericMethod(key.RawType, values.ItemType.RawType);
        return new MappedColumn(Pairs[index].Output, type, annotations.ToAnnotations(), [input], row =>
            (Delegate)make.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [row, input], null));
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Version);
        SavePairs(ctx, Pairs);
    }

    private static Delegate MakeGetter<TKey, TValue>(DataViewRow row, DataViewSchema.Column column)
        where TKey : struct, INumberBase<TKey>
    {
        var annotation = default(VBuffer<TValue>);
        column.Annotations.GetValue(AnnotationUtils.Kinds.KeyValues, ref annotation);
        var values = annotation.DenseValues().ToArray();
        var missing = Missing<TValue>();
        TValue ValueOf(TKey key)
        {
            var number = ulong.CreateTruncating(key);
            return number > 0 && number <= (ulong)values.Length ? values[number - 1] : missing;
        }

        if (column.Type is not VectorDataViewType)
        {
            var (get, key) = (row.GetGetter<TKey>(column), default(TKey));
            return (ValueGetter<TValue>)((ref TValue value) =>
            {
                get(ref key);
                value = ValueOf(key);
            });
        }
        var (getVector, keys) = (row.GetGetter<VBuffer<TKey>>(column), default(VBuffer<TKey>));
        return (ValueGetter<VBuffer<TValue>>)((ref VBuffer<TValue> value) =>
        {
            getVector(ref keys);
            var editor = VBufferEditor.Create(ref value, keys.Length);
            for (var i = 0; i < keys.Length; i++)
                editor.Values[i] = ValueOf(keys.GetItemOrDefault(i));
            value = editor.Commit();
        });
    }

    private static T Missing<T>() =>
        typeof(T) == typeof(float) ? (T)(object)float.NaN : typeof(T) == typeof(double) ? (T)(object)double.NaN : default;
}
