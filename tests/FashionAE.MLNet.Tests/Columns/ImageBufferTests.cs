namespace FashionAE.MLNet.Tests.Columns;

public class ImageBufferTests
{
    [Theory]
    [InlineData(256, 784, 256)]
    [InlineData(256, 3 * 1024 * 1024, 85)]
    [InlineData(256, 3 * 1700 * 1700, 30)]
    [InlineData(1, 3L * 1700 * 1700 * 10_001, 1)]
    public void A_batch_has_fewer_large_images(int wanted, long imageSize, int expected)
    {
        var size = ImageBuffer.BatchSize(wanted, imageSize);
        Assert.Equal(expected, size);
        // The values must fit in an array, unless a single image is larger.
        Assert.True(size == 1 || size * imageSize <= 1 << 28);
    }
}
