using FashionAE.Torch;

namespace FashionAE.MLNet.Tests.Imaging;

public sealed class PixelReaderTests
{
    private static readonly PixelOptions Garment = new() { Shape = new ImageShape(1, 28, 28) };

    public static TheoryData<string> Cases => ["white-97x97.png", "orientation-6.jpg", "cut-out.png"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_stream_gives_the_pixels_of_its_file_and_stays_open(string name)
    {
        var file = File.ReadAllBytes(Pictures.Case(name));
        var expected = PixelReader.Read(Pictures.Case(name), Garment);
        using var later = new MemoryStream([1, 2, 3, .. file]) { Position = 3 };
        foreach (var stream in new Stream[] { new MemoryStream(file), new OneWay(file, failAt: int.MaxValue), later })
        {
            Assert.Equal(expected, PixelReader.Read(stream, Garment));
            Assert.True(stream.CanRead);
            stream.Dispose();
        }
    }

    [Fact]
    public void Exceptions_of_a_stream_reach_the_caller()
    {
        var file = File.ReadAllBytes(Pictures.Case("orientation-1.jpg"));
        foreach (var at in new[] { 0, 10, file.Length - 1 })
        {
            using var stream = new OneWay(file, at);
            Assert.Equal("the line is cut", Assert.Throws<IOException>(() => PixelReader.Read(stream, Garment)).Message);
        }
    }

    [Fact]
    public void An_empty_stream_is_no_picture()
    {
        using var stream = new OneWay([], failAt: int.MaxValue);
        Assert.StartsWith(
            "The picture cannot be read: it is not a picture in a supported format",
            Assert.Throws<InvalidDataException>(() => PixelReader.Read(stream, Garment)).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(int.MaxValue)]
    public void A_maximum_that_makes_no_sense_is_refused(int maximum)
    {
        var options = Garment with { MaximumPixels = maximum };
        Assert.Contains($"MaximumPixels is {maximum}", Assert.Throws<ArgumentException>(() => PixelReader.Read(Pictures.Case("cut-out.png"), options)).Message);
        Assert.Contains($"MaximumPixels is {maximum}", Assert.Throws<ArgumentException>(() => PixelReader.ReadImage(Pictures.Case("cut-out.png"), options)).Message);
    }

    /// <summary>A stream that cannot seek, returns few bytes at a time, and fails after a given position.</summary>
    private sealed class OneWay(byte[] bytes, int failAt) : Stream
    {
        private int _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = Math.Min(Math.Min(count, 100), bytes.Length - _position);
            if (_position + read > failAt)
                throw new IOException("the line is cut");
            bytes.AsSpan(_position, read).CopyTo(buffer.AsSpan(offset));
            _position += read;
            return read;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
