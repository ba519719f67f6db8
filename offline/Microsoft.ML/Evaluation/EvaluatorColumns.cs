using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>How the evaluators find and read the columns of scored data.</summary>
internal static class EvaluatorColumns
{
    public static DataViewSchema.Column Find(DataViewSchema schema, string role, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        // Name and role stand in this order in the package too.
        return schema.GetColumnOrNull(name) ?? throw new ArgumentOutOfRangeException(nameof(schema), $"{name} column '{role}' not found");
    }

    public static bool IsVectorOfSingle(DataViewType type, int leastSize) =>
        type is VectorDataViewType vector && vector.Size >= leastSize && vector.ItemType == NumberDataViewType.Single;

    /// <summary>Reads numbers, or keys counted from 0; what is missing is no number.</summary>
    public static Func<float> LabelReader(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type.RawType == typeof(byte))
            return KeyReader<byte>(row, column);
        if (column.Type.RawType == typeof(ushort))
            return KeyReader<ushort>(row, column);
        if (column.Type.RawType == typeof(uint))
            return KeyReader<uint>(row, column);
        return column.Type.RawType == typeof(ulong) ? KeyReader<ulong>(row, column) : NumberReader(row, column);
    }

    public static Func<float> NumberReader(DataViewRow row, DataViewSchema.Column column)
    {
        var (getter, number) = (row.GetGetter<float>(column), 0f);
        return () =>
        {
            getter(ref number);
            return number;
        };
    }

    /// <summary>Reads vectors, each into the same array.</summary>
    public static Func<float[]> VectorReader(DataViewRow row, DataViewSchema.Column column)
    {
        var (getter, vector) = (row.GetGetter<VBuffer<float>>(column), default(VBuffer<float>));
        var values = new float[((VectorDataViewType)column.Type).Size];
        return () =>
        {
            getter(ref vector);
            if (vector.Length != values.Length)
                throw new InvalidOperationException($"Column '{column.Name}': expected {values.Length} slots, but got {vector.Length}");
            vector.CopyTo(values);
            return values;
        };
    }

    private static Func<float> KeyReader<T>(DataViewRow row, DataViewSchema.Column column)
        where T : struct, IBinaryInteger<T>
    {
        var (getter, key) = (row.GetGetter<T>(column), T.Zero);
        return () =>
        {
            getter(ref key);
            return T.IsZero(key) ? float.NaN : float.CreateTruncating(key - T.One);
        };
    }
}
