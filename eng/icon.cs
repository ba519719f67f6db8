// Draws the icon of the packages. Run: dotnet run eng/icon.cs eng/icon.png
// The icon shows the layers of an autoencoder as columns of dots: many for the image, two for the latent vector, and many again.
using System.Buffers.Binary;
using System.IO.Compression;

const int Size = 128;
int[] layers = [6, 4, 2, 4, 6];
(double Red, double Green, double Blue)[] colors = [(31, 119, 180), (80, 150, 200), (255, 127, 14), (80, 150, 200), (31, 119, 180)];
var dots = layers.SelectMany((count, layer) => Enumerable.Range(0, count).Select(i => (X: 16 + 24.0 * layer, Y: 64 + (i - (count - 1) / 2.0) * 19, Layer: layer))).ToList();

var pixels = new byte[Size * (4 * Size + 1)];
for (var y = 0; y < Size; y++)
    for (var x = 0; x < Size; x++)
    {
        // Smooth the edge of a dot over one pixel.
        var (cover, layer) = dots.Select(dot => (Math.Clamp(8.5 - Math.Sqrt((x + 0.5 - dot.X) * (x + 0.5 - dot.X) + (y + 0.5 - dot.Y) * (y + 0.5 - dot.Y)), 0, 1), dot.Layer)).Max();
        var (red, green, blue) = colors[layer];
        // Every PNG row begins with its filter type, 0 for none.
        byte[] pixel = [(byte)red, (byte)green, (byte)blue, (byte)(255 * cover)];
        pixel.CopyTo(pixels, y * (4 * Size + 1) + 1 + 4 * x);
    }

using var png = File.Create(args[0]);
png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
var header = new byte[13];
BinaryPrimitives.WriteInt32BigEndian(header, Size);
BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Size);
(header[8], header[9]) = (8, 6); // 8 bits each for red, green, blue and alpha
Chunk("IHDR", header);
using var compressed = new MemoryStream();
using (var zlib = new ZLibStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
    zlib.Write(pixels);
Chunk("IDAT", compressed.ToArray());
Chunk("IEND", []);

void Chunk(string name, byte[] content)
{
    byte[] checkedPart = [.. name.Select(letter => (byte)letter), .. content];
    var number = new byte[4];
    BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
    png.Write(number);
    png.Write(checkedPart);
    BinaryPrimitives.WriteUInt32BigEndian(number, Crc(checkedPart));
    png.Write(number);
}

static uint Crc(byte[] bytes)
{
    var crc = uint.MaxValue;
    foreach (var value in bytes)
    {
        crc ^= value;
        for (var bit = 0; bit < 8; bit++)
            crc = (crc & 1) != 0 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
    }
    return ~crc;
}
