using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>A schema as bytes: names, types and annotations, hidden columns too. Columns of other than the standard types are left out.</summary>
internal static class SchemaFormat
{
    private const int Version = 1;
    private const int Deepest = 8;

    public static byte[] Write(DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Version);
        WriteColumns(writer, schema, null);
        writer.Flush();
        return stream.ToArray();
    }

    /// <exception cref="FormatException">The bytes are no schema.</exception>
    public static DataViewSchema Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false));
        try
        {
            if (reader.ReadInt32() != Version)
                throw new FormatException("The schema is of another version.");
            var builder = new DataViewSchema.Builder();
            ReadColumns(reader, Deepest, (name, type, annotations) => builder.AddColumn(name, type, annotations));
            return builder.ToSchema();
        }
        catch (Exception e) when (e is EndOfStreamException or ArgumentException or OverflowException)
        {
            throw new FormatException("Corrupt schema", e);
        }
    }

    private static void WriteColumns(BinaryWriter writer, DataViewSchema schema, DataViewSchema.Annotations values)
    {
        var columns = schema.Where(column => ValueFormat.Knows(column.Type)).ToArray();
        writer.Write(columns.Length);
        foreach (var column in columns)
        {
            writer.Write(column.Name);
            writer.WriteType(column.Type);
            WriteColumns(writer, column.Annotations.Schema, column.Annotations);
            if (values is not null)
                Call(nameof(WriteScalar), nameof(WriteVector), column.Type, writer, values.GetterOf(column));
        }
    }

    private static void ReadColumns(BinaryReader reader, int depth, Action<string, DataViewType, DataViewSchema.Annotations> add)
    {
        if (depth == 0)
            throw new FormatException("Corrupt schema");
        var count = reader.ReadCount(1);
        for (var i = 0; i < count; i++)
        {
            var (name, type) = (reader.ReadText(), reader.ReadType());
            var annotations = new DataViewSchema.Annotations.Builder();
            ReadColumns(reader, depth - 1, (kind, kindType, nested) =>
                annotations.Add(kind, kindType, (Delegate)Call(nameof(ReadScalar), nameof(ReadVector), kindType, reader), nested));
            add(name, type, annotations.ToAnnotations());
        }
    }

    private static void WriteScalar<T>(BinaryWriter writer, ValueGetter<T> getter)
    {
        var value = default(T);
        getter(ref value);
        writer.WriteValue(value);
    }

    private static void WriteVector<T>(BinaryWriter writer, ValueGetter<VBuffer<T>> getter)
    {
        var value = default(VBuffer<T>);
        getter(ref value);
        writer.Write(value.Length);
        writer.WriteValues(value.GetIndices());
        writer.WriteValues(value.GetValues());
    }

    private static ValueGetter<T> ReadScalar<T>(BinaryReader reader)
    {
        var read = reader.ReadValue<T>();
        return (ref T value) => value = read;
    }

    private static ValueGetter<VBuffer<T>> ReadVector<T>(BinaryReader reader)
    {
        var (length, indices, values) = (reader.ReadInt32(), reader.ReadValues<int>(), reader.ReadValues<T>());
        var read = new VBuffer<T>(length, values.Length, values, indices);
        for (var i = 0; i < indices.Length; i++)
            if (indices[i] >= length || indices[i] <= (i == 0 ? -1 : indices[i - 1]))
                throw new FormatException("Corrupt schema");
        return (ref VBuffer<T> value) => read.CopyTo(ref value);
    }

    private static object Call(string scalar, string vector, DataViewType type, params object[] arguments) => typeof(SchemaFormat)
        .GetMethod(type is VectorDataViewType ? vector : scalar, BindingFlags.Static | BindingFlags.NonPublic)
        .MakeGenericMethod((type as VectorDataViewType)?.ItemType.RawType ?? type.RawType)
        .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
}
