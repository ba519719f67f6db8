using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Column types and their values as bytes.</summary>
internal static class ValueFormat
{
    private const byte Key = 100;
    private const byte Vector = 101;

    // A type's place is its number in the files, so new ones go to the end.
    private static readonly PrimitiveDataViewType[] Types =
    [
        NumberDataViewType.SByte, NumberDataViewType.Byte, NumberDataViewType.Int16, NumberDataViewType.UInt16, NumberDataViewType.Int32,
        NumberDataViewType.UInt32, NumberDataViewType.Int64, NumberDataViewType.UInt64, NumberDataViewType.Single, NumberDataViewType.Double,
        BooleanDataViewType.Instance, TextDataViewType.Instance, DateTimeDataViewType.Instance, DateTimeOffsetDataViewType.Instance,
        TimeSpanDataViewType.Instance, RowIdDataViewType.Instance,
    ];

    public static bool Knows(DataViewType type) =>
        type is VectorDataViewType vector ? Knows(vector.ItemType) : type is KeyDataViewType || Types.Contains(type);

    public static void WriteType(this BinaryWriter writer, DataViewType type)
    {
        switch (type)
        {
            case VectorDataViewType vector:
                writer.Write(Vector);
                writer.WriteType(vector.ItemType);
                writer.Write(vector.Dimensions.Length);
                foreach (var dimension in vector.Dimensions)
                    writer.Write(dimension);
                break;
            case KeyDataViewType key:
                writer.Write(Key);
                writer.WriteType(PrimitiveTypes.NumberOf(key.RawType));
                writer.Write(key.Count);
                break;
            default:
                writer.Write((byte)Array.IndexOf(Types, type));
                break;
        }
    }

    /// <exception cref="FormatException">There is no such type.</exception>
    public static DataViewType ReadType(this BinaryReader reader)
    {
        try
        {
            var code = reader.ReadByte();
            return code == Vector
                ? new VectorDataViewType(ReadPrimitiveType(reader, reader.ReadByte()), ReadDimensions(reader))
                : ReadPrimitiveType(reader, code);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new FormatException("Corrupt model file", e);
        }
    }

    /// <summary>Writes a value of a primitive type.</summary>
    public static void WriteValue<T>(this BinaryWriter writer, T value)
    {
        switch (value)
        {
            case ReadOnlyMemory<char> text:
                writer.Write(text.ToString());
                break;
            case DateTime time:
                writer.Write(time.ToBinary());
                break;
            case DateTimeOffset time:
                writer.Write(time.Ticks);
                writer.Write(time.Offset.Ticks);
                break;
            case TimeSpan time:
                writer.Write(time.Ticks);
                break;
            case DataViewRowId id:
                writer.Write(id.Low);
                writer.Write(id.High);
                break;
            case bool flag:
                writer.Write(flag);
                break;
            default:
                writer.Write(Bytes(ref value));
                break;
        }
    }

    /// <exception cref="FormatException">There is no such value.</exception>
    public static T ReadValue<T>(this BinaryReader reader)
    {
        try
        {
            return Read<T>(reader);
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            throw new FormatException("Corrupt model file", e);
        }
    }

    public static string ReadText(this BinaryReader reader) => reader.ReadValue<ReadOnlyMemory<char>>().ToString();

    public static void WriteValues<T>(this BinaryWriter writer, ReadOnlySpan<T> values)
    {
        writer.Write(values.Length);
        foreach (var value in values)
            writer.WriteValue(value);
    }

    public static T[] ReadValues<T>(this BinaryReader reader)
    {
        // Every value takes a byte or more.
        var values = new T[reader.ReadCount(1)];
        for (var i = 0; i < values.Length; i++)
            values[i] = reader.ReadValue<T>();
        return values;
    }

    private static T Read<T>(BinaryReader reader)
    {
        if (typeof(T) == typeof(ReadOnlyMemory<char>))
            return (T)(object)reader.ReadString().AsMemory();
        if (typeof(T) == typeof(DateTime))
            return (T)(object)DateTime.FromBinary(reader.ReadInt64());
        if (typeof(T) == typeof(DateTimeOffset))
            return (T)(object)new DateTimeOffset(reader.ReadInt64(), new TimeSpan(reader.ReadInt64()));
        if (typeof(T) == typeof(TimeSpan))
            return (T)(object)new TimeSpan(reader.ReadInt64());
        if (typeof(T) == typeof(DataViewRowId))
            return (T)(object)new DataViewRowId(reader.ReadUInt64(), reader.ReadUInt64());
        if (typeof(T) == typeof(bool))
            return (T)(object)reader.ReadBoolean();
        var value = default(T);
        reader.BaseStream.ReadExactly(Bytes(ref value));
        return value;
    }

    private static PrimitiveDataViewType ReadPrimitiveType(BinaryReader reader, byte code)
    {
        if (code < Types.Length)
            return Types[code];
        if (code != Key || reader.ReadByte() is var number && number >= Types.Length)
            throw new FormatException("Corrupt model file");
        return new KeyDataViewType(Types[number].RawType, reader.ReadUInt64());
    }

    private static int[] ReadDimensions(BinaryReader reader)
    {
        var dimensions = new int[reader.ReadCount(sizeof(int))];
        for (var i = 0; i < dimensions.Length; i++)
            dimensions[i] = reader.ReadInt32();
        return dimensions;
    }

    /// <summary>The bytes of a number. The formats are those of little-endian machines, as all are that .NET runs on but one.</summary>
    private static Span<byte> Bytes<T>(ref T value) => MemoryMarshal.CreateSpan(ref Unsafe.As<T, byte>(ref value), Unsafe.SizeOf<T>());
}
