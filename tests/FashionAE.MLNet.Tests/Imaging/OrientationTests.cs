using System.Buffers.Binary;
using FashionAE.Torch;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet.Tests.Imaging;

/// <summary>Tests photographs with an orientation in their EXIF data.</summary>
public sealed class OrientationTests : IDisposable
{
    private const int Width = 12;
    private const int Height = 8;

    private static readonly byte[] ExifBeforeOrientation =
        [.. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0];

    private readonly string _folder = Directory.CreateTempSubdirectory("fashionae-orientation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void The_pixels_of_a_file_are_turned_as_its_orientation_says(int orientation)
    {
        var path = Write(orientation);
        var isOnSide = orientation >= 5;
        var stored = Pictures.Load(path, new PixelOptions { Shape = new ImageShape(3, Height, Width), Upright = false });
        var upright = Pictures.Load(path, new PixelOptions { Shape = isOnSide ? new ImageShape(3, Width, Height) : new ImageShape(3, Height, Width) });

        var (width, height) = isOnSide ? (Height, Width) : (Width, Height);
        for (var i = 0; i < upright.Length; i++)
        {
            var (plane, y, x) = (i / (Width * Height), i / width % height, i % width);
            var (right, down) = (width - 1 - x, height - 1 - y);
            // The position of row 0 and column 0 of the stored picture (EXIF 2.3, tag 274): top left, top right, bottom right, bottom left,
            // then left top, right top, right bottom, left bottom.
            var (row, column) = orientation switch
            {
                1 => (y, x),
                2 => (y, right),
                3 => (down, right),
                4 => (down, x),
                5 => (x, y),
                6 => (right, y),
                7 => (right, down),
                _ => (x, down),
            };
            Assert.Equal(stored[(plane * Height + row) * Width + column], upright[i]);
        }
        using var image = PixelReader.ReadImage(path, new PixelOptions());
        Assert.Equal((width, height), (image.Width, image.Height));
        Assert.Equal(upright, Pictures.Convert(image, new PixelOptions { Shape = new ImageShape(3, height, width) }));
    }

    [Theory]
    [InlineData(ImageResizingEstimator.ResizingKind.IsoCrop)]
    [InlineData(ImageResizingEstimator.ResizingKind.IsoPad)]
    [InlineData(ImageResizingEstimator.ResizingKind.Fill)]
    public void One_scene_has_the_same_pixels_however_the_camera_was_held(ImageResizingEstimator.ResizingKind resizing)
    {
        var options = new PixelOptions { Shape = new ImageShape(1, 28, 28), Resizing = resizing };
        var expected = Pictures.Load(Pictures.Case("orientation-1.jpg"), options);
        foreach (var name in new[] { "orientation-3.jpg", "orientation-6.jpg" })
        {
            // The photographs were compressed separately.
            var pixels = Pictures.Load(Pictures.Case(name), options);
            Assert.All(pixels.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 0.05f));
            Assert.NotEqual(pixels, Pictures.Load(Pictures.Case(name), options with { Upright = false }));
            using var stream = File.OpenRead(Pictures.Case(name));
            Assert.Equal(pixels, PixelReader.Read(stream, options));
        }
    }

    /// <summary>Writes a JPEG file of noise, and inserts the segment with the orientation after its first marker.</summary>
    private string Write(int orientation)
    {
        var plain = Path.Combine(_folder, "plain.jpg");
        var random = new Random(3);
        using (var image = Pictures.Gray(Width, Height, (_, _) => (byte)random.Next(256)))
            image.Save(plain);
        var jpeg = File.ReadAllBytes(plain);
        var segment = new byte[4];
        byte[] exif = [.. ExifBeforeOrientation, (byte)orientation, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(segment, 0xffe1);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)(exif.Length + 2));
        var path = Path.Combine(_folder, $"{orientation}.jpg");
        File.WriteAllBytes(path, [.. jpeg[..2], .. segment, .. exif, .. jpeg[2..]]);
        return path;
    }
}
