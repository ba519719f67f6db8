using System.Buffers.Binary;

namespace Microsoft.ML.Png;

/// <summary>The samples in the bytes of a row.</summary>
internal static class PngSamples
{
    public static void Unpack(ReadOnlySpan<byte> row, int depth, Span<ushort> samples)
    {
        switch (depth)
        {
            case 16:
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = BinaryPrimitives.ReadUInt16BigEndian(row[(2 * i)..]);
                break;
            case 8:
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = row[i];
                break;
            default:
                // The first is in the high bits.
                var perByte = 8 / depth;
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = (ushort)((row[i / perByte] >> (8 - (depth * ((i % perByte) + 1)))) & ((1 << depth) - 1));
                break;
        }
    }
}
