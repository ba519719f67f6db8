using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Which key every value has.</summary>
internal abstract class KeyMap
{
    public abstract PrimitiveDataViewType ValueType { get; }

    public abstract KeyDataViewType KeyType { get; }

    public abstract void AddKeyValues(DataViewSchema.Annotations.Builder annotations);

    public abstract Delegate MakeGetter(DataViewRow row, DataViewSchema.Column column);

    public abstract void Save(BinaryWriter writer);

    public static KeyMap Fit(DataViewRowCursor cursor, DataViewSchema.Column column, int most, bool byValue)
    {
        var type = column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;
        if (!IsMapped(type))
            throw Mismatch(column.Name, column.Type.ToString());
        return Call(nameof(KeyMap<int>.Fit), type, type, cursor, column, most, byValue);
    }

    public static KeyMap Load(BinaryReader reader)
    {
        var type = reader.ReadType();
        return IsMapped(type) ? Call(nameof(KeyMap<int>.Load), type, type, reader) : throw new FormatException("Corrupt model file");
    }

    public static ArgumentOutOfRangeException Mismatch(string column, string actual) =>
        Contracts.SchemaMismatch("input", column, "number, text, Boolean or time, or a vector of such", actual);

    private static bool IsMapped(DataViewType type) => type is PrimitiveDataViewType and not KeyDataViewType && ValueFormat.Knows(type);

    private static KeyMap Call(string method, DataViewType type, params object[] arguments) => (KeyMap)typeof(KeyMap<>)
        .MakeGenericType(type.RawType)
        .GetMethod(method, BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
        .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
}
