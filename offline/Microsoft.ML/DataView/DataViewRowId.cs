using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>128 bits that tell a row from all others, in whatever order the rows come.</summary>
public readonly struct DataViewRowId : IComparable<DataViewRowId>, IEquatable<DataViewRowId>
{
    public readonly ulong Low;
    public readonly ulong High;

    public DataViewRowId(ulong low, ulong high) => (Low, High) = (low, high);

    /// <summary>Another id, unlike this one and unlike its <see cref="Next"/>.</summary>
    public DataViewRowId Fork() => Mix(Low, High, 0x9e3779b97f4a7c15);

    public DataViewRowId Next() => Mix(Low, High, 0xc2b2ae3d27d4eb4f);

    public DataViewRowId Combine(DataViewRowId other) => Mix(Low ^ BitOperations.RotateLeft(other.Low, 29), High ^ BitOperations.RotateLeft(other.High, 37), 0x165667b19e3779f9);

    public bool Equals(DataViewRowId other) => Low == other.Low && High == other.High;

    public override bool Equals(object obj) => obj is DataViewRowId other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Low, High);

    public int CompareTo(DataViewRowId other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    public override string ToString() => $"{High:x16}{Low:x16}";

    /// <summary>Two rounds of the finalizer of MurmurHash3 (Appleby 2011) over both halves.</summary>
    private static DataViewRowId Mix(ulong low, ulong high, ulong salt)
    {
        unchecked
        {
            var a = Finish(low + salt + BitOperations.RotateLeft(high, 31));
            var b = Finish(high ^ a * 0x87c37b91114253d5);
            return new DataViewRowId(a + b, b ^ BitOperations.RotateLeft(a, 33));
        }
    }

    private static ulong Finish(ulong bits)
    {
        unchecked
        {
            bits = (bits ^ bits >> 33) * 0xff51afd7ed558ccd;
            bits = (bits ^ bits >> 33) * 0xc4ceb9fe1a85ec53;
            return bits ^ bits >> 33;
        }
    }
}
