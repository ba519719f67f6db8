namespace Offline.Microsoft.ML.Tests.Data;

/// <summary>A row class with a member of every type that a column can have.</summary>
internal sealed class AllTypes
{
    public sbyte SByte;
    public short Int16;
    public int Int32;
    public long Int64;
    public byte Byte;
    public ushort UInt16;
    public uint UInt32;
    public ulong UInt64;
    public float Single;
    public bool Bool;
    public ReadOnlyMemory<char> Memory;
    public float[] Floats;

    [VectorType(2, 3)]
    public double[] Doubles;

    [VectorType(3)]
    public VBuffer<int> Vector;

    public double Double { get; set; }

    public string Text { get; set; }

    public DateTime DateTime { get; set; }

    public DateTimeOffset DateTimeOffset { get; set; }

    public TimeSpan TimeSpan { get; set; }

    public DataViewRowId RowId { get; set; }

    [VectorType(2)]
    public string[] Texts { get; set; }

    [VectorType(1)]
    public bool[] Bools { get; set; }

    public static AllTypes Make(int seed) => new()
    {
        SByte = (sbyte)-seed,
        Int16 = (short)(-300 * seed),
        Int32 = int.MinValue + seed,
        Int64 = long.MinValue + seed,
        Byte = (byte)(250 + seed),
        UInt16 = (ushort)(65000 + seed),
        UInt32 = uint.MaxValue - (uint)seed,
        UInt64 = ulong.MaxValue - (ulong)seed,
        Single = seed / 3f,
        Double = seed / 7.0,
        Bool = seed % 2 == 1,
        Memory = ("memory " + seed).AsMemory(),
        Text = "text " + seed,
        DateTime = new DateTime(2020, 2, 1 + seed, 3, 4, 5, DateTimeKind.Utc),
        DateTimeOffset = new DateTimeOffset(2020, 2, 1 + seed, 3, 4, 5, TimeSpan.FromHours(2)),
        TimeSpan = TimeSpan.FromSeconds(seed),
        RowId = new DataViewRowId((ulong)seed, 5),
        Floats = Enumerable.Range(0, seed).Select(i => i * 1.5f).ToArray(),
        Doubles = Enumerable.Range(seed, 6).Select(i => i / 2.0).ToArray(),
        Vector = new VBuffer<int>(3, 1, [seed], [2]),
        Texts = ["a" + seed, "b" + seed],
        Bools = [seed % 2 == 0],
    };

    public void CheckEqual(AllTypes other)
    {
        foreach (var field in typeof(AllTypes).GetFields().Where(f => f.Name is not (nameof(Memory) or nameof(Vector))))
            Assert.Equal(field.GetValue(this), field.GetValue(other));
        foreach (var property in typeof(AllTypes).GetProperties())
            Assert.Equal(property.GetValue(this), property.GetValue(other));
        Assert.Equal(Memory.ToString(), other.Memory.ToString());
        Assert.Equal(Vector.Length, other.Vector.Length);
        Assert.Equal(Vector.GetValues().ToArray(), other.Vector.GetValues().ToArray());
        Assert.Equal(Vector.GetIndices().ToArray(), other.Vector.GetIndices().ToArray());
    }
}
