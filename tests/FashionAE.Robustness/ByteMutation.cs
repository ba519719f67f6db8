using System.Buffers.Binary;

namespace FashionAE.Robustness;

/// <summary>Alters bytes like faulty disks, networks and people.</summary>
internal static class ByteMutation
{
    // Sizes and counts that overflow arithmetic or exhaust memory.
    private static readonly long[] Extremes = [0, -1, 1, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue, 1 << 30, 1L << 40];

    public static byte[] Apply(byte[] bytes, Random random)
    {
        for (var rounds = random.Next(4) == 0 ? 3 : 1; rounds > 0; rounds--)
            bytes = bytes.Length == 0 ? Bytes(8, random) : Once(bytes, random);
        return bytes;
    }

    private static byte[] Once(byte[] bytes, Random random)
    {
        var at = Place(bytes.Length, random);
        var length = random.Next(1, Math.Min(bytes.Length - at, random.Next(2) == 0 ? 8 : bytes.Length) + 1);
        var (before, block, after) = (bytes[..at], bytes[at..(at + length)], bytes[(at + length)..]);
        switch (random.Next(10))
        {
            case 0:
                return [.. before, (byte)(bytes[at] ^ 1 << random.Next(8)), .. bytes[(at + 1)..]];
            case 1:
                return [.. before, random.Next(3) switch { 0 => 0, 1 => 0xff, _ => (byte)random.Next(256) }, .. bytes[(at + 1)..]];
            case 2:
                Array.Fill(block, random.Next(2) == 0 ? (byte)0 : (byte)0xff);
                return [.. before, .. block, .. after];
            case 3:
                return [.. before, .. Bytes(length, random), .. after];
            case 4:
                return before;
            case 5:
                return [.. before, .. Bytes(random.Next(1, 64), random), .. bytes[at..]];
            case 6:
                return [.. before, .. after];
            case 7:
                return [.. before, .. block, .. block, .. after];
            case 8:
                var other = random.Next(after.Length + 1);
                return [.. before, .. after[..other], .. block, .. after[other..]];
            default:
                return WithNumber(bytes, at, random);
        }
    }

    /// <summary>Chooses a position. Prefers the beginning and the end, where formats have headers.</summary>
    private static int Place(int length, Random random) => random.Next(4) switch
    {
        0 => random.Next(Math.Min(length, 64)),
        1 => length - 1 - random.Next(Math.Min(length, 64)),
        _ => random.Next(length),
    };

    private static byte[] WithNumber(byte[] bytes, int at, Random random)
    {
        var number = new byte[8];
        var (value, isBigEndian, size) = (Extremes[random.Next(Extremes.Length)], random.Next(2) == 0, random.Next(3) switch { 0 => 2, 1 => 4, _ => 8 });
        if (isBigEndian)
            BinaryPrimitives.WriteInt64BigEndian(number, value);
        else
            BinaryPrimitives.WriteInt64LittleEndian(number, value);
        var altered = (byte[])bytes.Clone();
        number.AsSpan(isBigEndian ? 8 - size : 0, Math.Min(size, bytes.Length - at)).CopyTo(altered.AsSpan(at));
        return altered;
    }

    private static byte[] Bytes(int count, Random random)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
