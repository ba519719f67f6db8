using System.IO.Compression;
using System.Text;
using Tensorboard;

namespace FashionAE.Tests.Shared;

/// <summary>
/// Reads the events in a folder of TensorBoard: TFRecord records with messages that TorchSharp's generated classes can read.
/// </summary>
internal sealed class Board
{
    private readonly List<Event> _events = [];

    public Board(string folder)
    {
        foreach (var file in Directory.GetFiles(folder, "*tfevents*").Order(StringComparer.Ordinal))
        {
            using var reader = new BinaryReader(File.OpenRead(file));
            var first = _events.Count;
            while (reader.BaseStream.Position < reader.BaseStream.Length)
            {
                var length = reader.ReadBytes(8);
                Assert.Equal(Checksum(length), reader.ReadUInt32());
                var content = reader.ReadBytes((int)BitConverter.ToInt64(length));
                Assert.Equal(Checksum(content), reader.ReadUInt32());
                _events.Add(Event.Parser.ParseFrom(content));
            }
            Assert.Equal("brain.Event:2", _events[first].FileVersion);
            _events.RemoveAt(first);
            Files++;
        }
    }

    public int Files { get; }

    public IEnumerable<long> Steps => _events.Select(e => e.Step);

    public IEnumerable<double> Times => _events.Select(e => e.WallTime);

    public IEnumerable<string> Tags => _events.SelectMany(e => e.Summary.Value).Select(v => v.Tag).Distinct().Order(StringComparer.Ordinal);

    public float[] Scalars(string tag) => [.. Values(tag).Select(value => value.SimpleValue)];

    public HistogramProto[] Histograms(string tag) => [.. Values(tag).Select(value => value.Histo)];

    /// <summary>Returns the PNG files of the pictures, and checks that their sizes match the events.</summary>
    public byte[][] Pictures(string tag) => [.. Values(tag).Select(value =>
    {
        var bytes = value.Image.EncodedImageString.ToByteArray();
        Assert.Equal((value.Image.Width, value.Image.Height), (BigEndian(bytes, 16), BigEndian(bytes, 20)));
        return bytes;
    })];

    /// <summary>Returns the pixel bytes of a PNG file without interlacing and row filters.</summary>
    public static byte[] Pixels(byte[] png)
    {
        Assert.Equal("PNG\r\n\u001a\n", Encoding.ASCII.GetString(png, 1, 7));
        using var compressed = new MemoryStream();
        for (var at = 8; at < png.Length; at += 12 + BigEndian(png, at))
            if (Encoding.ASCII.GetString(png, at + 4, 4) == "IDAT")
                compressed.Write(png, at + 8, BigEndian(png, at));
        compressed.Position = 0;
        using var inflated = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionMode.Decompress))
            zlib.CopyTo(inflated);
        var rows = inflated.ToArray().Chunk((int)inflated.Length / BigEndian(png, 20)).ToArray();
        Assert.All(rows, row => Assert.Equal(0, row[0]));
        return [.. rows.SelectMany(row => row[1..])];
    }

    private IEnumerable<Summary.Types.Value> Values(string tag) => _events.SelectMany(e => e.Summary.Value).Where(value => value.Tag == tag);

    private static int BigEndian(byte[] bytes, int at) => bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3];

    /// <summary>Computes CRC-32C bit by bit, with the mask of TFRecord.</summary>
    private static uint Checksum(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0x82f63b78;
        }
        crc = ~crc;
        return (crc >> 15 | crc << 17) + 0xa282ead8;
    }
}
