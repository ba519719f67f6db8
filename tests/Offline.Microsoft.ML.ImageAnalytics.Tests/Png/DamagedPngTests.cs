using System.Buffers.Binary;
using Microsoft.ML.Png;

namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Png;

public sealed class DamagedPngTests
{
    private static readonly PngSource Gray = new(3, 2, 8, 0);

    private static readonly byte[] Data = PngBuilder.Compress(Gray.Serialize());

    /// <summary>A file with a chunk of every kind that is read.</summary>
    private static readonly byte[] Small = PngBuilder.File(
        new PngSource(5, 5, 2, 3, interlaced: true), ("PLTE", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), ("tRNS", [1, 200]));

    public static TheoryData<string, byte[]> Damaged => new()
    {
        { "no IEND", new PngBuilder().Bytes() },
        { "no IEND", new PngBuilder().Header(Gray).Chunk("IDAT", Data).Bytes() },
        { "starts with the chunk IDAT", new PngBuilder().Chunk("IDAT", Data).Header(Gray).End() },
        { "IHDR chunk has 12 bytes", new PngBuilder().Chunk("IHDR", new byte[12]).End() },
        { "IHDR chunk comes twice", new PngBuilder().Header(Gray).Header(Gray).Chunk("IDAT", Data).End() },
        { "IDAT chunk is missing", new PngBuilder().Header(Gray).End() },
        { "between its IDAT", new PngBuilder().Header(Gray).Chunk("IDAT", Data[..4]).Chunk("tEXt").Chunk("IDAT", Data[4..]).End() },
        { "0x0 is no size", new PngBuilder().Header(0, 0, 8, 0).Chunk("IDAT", Data).End() },
        { "4294967295x1 is no size", new PngBuilder().Header(-1, 1, 8, 0).Chunk("IDAT", Data).End() },
        { "2147483647x2147483647 pixels is larger", new PngBuilder().Header(int.MaxValue, int.MaxValue, 16, 6).Chunk("IDAT", Data).End() },
        { "cannot hold 16384x8192", new PngBuilder().Header(16384, 8192, 16, 6).Chunk("IDAT", Data).End() },
        { "cannot hold 134217728x1", new PngBuilder().Header(1 << 27, 1, 1, 0, interlaced: 1).Chunk("IDAT", Data).End() },
        { "colour type 0 of 3 bits", new PngBuilder().Header(3, 2, 3, 0).Chunk("IDAT", Data).End() },
        { "colour type 2 of 4 bits", new PngBuilder().Header(3, 2, 4, 2).Chunk("IDAT", Data).End() },
        { "colour type 3 of 16 bits", new PngBuilder().Header(3, 2, 16, 3).Chunk("IDAT", Data).End() },
        { "colour type 5 of 8 bits", new PngBuilder().Header(3, 2, 8, 5).Chunk("IDAT", Data).End() },
        { "interlacing 2", new PngBuilder().Header(3, 2, 8, 0, interlaced: 2).Chunk("IDAT", Data).End() },
        { "compression 1", new PngBuilder().Header(3, 2, 8, 0, compression: 1).Chunk("IDAT", Data).End() },
        { "filtering 64", new PngBuilder().Header(3, 2, 8, 0, filtering: 64).Chunk("IDAT", Data).End() },
        { "PLTE chunk is missing", new PngBuilder().Header(3, 2, 8, 3).Chunk("IDAT", Data).End() },
        { "PLTE chunk comes twice or too late", new PngBuilder().Header(3, 2, 8, 3).Chunk("IDAT", Data).Chunk("PLTE", 1, 2, 3).End() },
        { "PLTE chunk comes twice", new PngBuilder().Header(3, 2, 8, 3).Chunk("PLTE", 1, 2, 3).Chunk("PLTE", 1, 2, 3).Chunk("IDAT", Data).End() },
        { "PLTE chunk has 4 bytes", new PngBuilder().Header(3, 2, 8, 3).Chunk("PLTE", 1, 2, 3, 4).Chunk("IDAT", Data).End() },
        { "PLTE chunk has 0 bytes", new PngBuilder().Header(3, 2, 8, 3).Chunk("PLTE").Chunk("IDAT", Data).End() },
        { "PLTE chunk has 771 bytes", new PngBuilder().Header(3, 2, 8, 3).Chunk("PLTE", new byte[771]).Chunk("IDAT", Data).End() },
        { "tRNS chunk has 2 bytes", new PngBuilder().Header(3, 2, 8, 3).Chunk("PLTE", 1, 2, 3).Chunk("tRNS", 1, 2).Chunk("IDAT", Data).End() },
        { "tRNS chunk has 1 bytes", new PngBuilder().Header(Gray).Chunk("tRNS", 1).Chunk("IDAT", Data).End() },
        { "tRNS chunk has 2 bytes", new PngBuilder().Header(3, 2, 8, 2).Chunk("tRNS", 1, 2).Chunk("IDAT", Data).End() },
        { "tRNS chunk comes twice or too late", new PngBuilder().Header(Gray).Chunk("IDAT", Data).Chunk("tRNS", 0, 0).End() },
        { "no colour 1 in its palette of 1", PngBuilder.File(new PngSource(2, 1, 1, 3, sample: (x, _, _) => x), ("PLTE", [1, 2, 3])) },
        { "a chunk ABCD", new PngBuilder().Header(Gray).Chunk("ABCD").Chunk("IDAT", Data).End() },
        { "no type of a chunk", new PngBuilder().Header(Gray).Chunk("a1cd").Chunk("IDAT", Data).End() },
        { "of the IDAT chunk's 2147483648 bytes", new PngBuilder().Header(Gray).Raw(0x80, 0, 0, 0).Raw([.. "IDATxxxx"u8]).Bytes() },
        { "checksum of its IDAT", new PngBuilder().Header(Gray).Raw(0, 0, 0, 1).Raw([.. "IDATxxxxx"u8]).Bytes() },
        { "no filter 5", new PngBuilder().Header(1, 1, 8, 0).Chunk("IDAT", PngBuilder.Compress([5, 0])).End() },
        { "too little pixel data", new PngBuilder().Header(3, 3, 8, 0).Chunk("IDAT", Data).End() },
        { "too little pixel data", new PngBuilder().Header(3, 2, 8, 0).Chunk("IDAT").End() },
        { "cannot be inflated", new PngBuilder().Header(Gray).Chunk("IDAT", [.. "no zlib stream"u8]).End() },
        { "cannot be inflated", new PngBuilder().Header(Gray).Chunk("IDAT", 0x78, 0xBB, 0, 0, 0, 1, 3, 0).End() }, // asks for a dictionary
        { "cannot be inflated", new PngBuilder().Header(Gray).Chunk("IDAT", [.. Data[..^1], (byte)~Data[^1]]).End() }, // the checksum of zlib
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void A_damaged_file_is_refused_with_the_reason_and_without_allocating(string reason, byte[] file)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var exception = Assert.Throws<InvalidDataException>(() => PngReader.Read(file));
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void The_checksum_of_zlib_counts_where_it_comes_after_all_that_is_needed_for_the_pixels()
    {
        // A stored block fills the 8192 bytes that ZLibStream takes in at once; the checksum, which is wrong, comes after.
        const int Length = 8192 - 7;
        byte[] stored = [0x78, 1, 1, Length & 255, Length >> 8, ~Length & 255, (~Length >> 8) & 255, .. new byte[Length], 0, 0, 0, 0];
        var file = new PngBuilder().Header(Length - 1, 1, 8, 0).Chunk("IDAT", stored).End();
        Assert.Throws<InvalidDataException>(() => PngReader.Read(file));
    }

    [Fact]
    public void No_beginning_of_a_file_is_read()
    {
        for (var length = 0; length < Small.Length; length++)
            Assert.Throws<ArgumentException>(() => MLImage.CreateFromStream(new MemoryStream(Small[..length])));
    }

    [Fact]
    public void A_file_with_one_wrong_byte_is_not_read()
    {
        for (var i = 0; i < Small.Length; i++)
            for (var change = 1; change < 256; change++)
            {
                var file = Small.ToArray();
                file[i] ^= (byte)change;
                Assert.Throws<ArgumentException>(() => MLImage.CreateFromStream(new MemoryStream(file)));
            }
    }

    [Fact]
    public void Wrong_bytes_under_right_checksums_are_read_or_refused_and_nothing_else()
    {
        var (read, refused) = (0, 0);
        for (var i = 8; i < Small.Length; i++)
            for (var change = 1; change < 256; change += 5)
            {
                var file = Small.ToArray();
                file[i] ^= (byte)change;
                RepairChecksums(file);
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    using var image = MLImage.CreateFromStream(new MemoryStream(file));
                    read++;
                }
                catch (ArgumentException)
                {
                    refused++;
                }
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
            }
        Assert.InRange(read, 1, int.MaxValue);
        Assert.InRange(refused, 1, int.MaxValue);
    }

    private static void RepairChecksums(byte[] file)
    {
        for (var start = 8; start + 12 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(start));
            if (length < 0 || length > file.Length - start - 12)
                return;
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(start + 8 + length), PngBuilder.Checksum(file.AsSpan(start + 4, 4 + length)));
            start += 12 + length;
        }
    }
}
