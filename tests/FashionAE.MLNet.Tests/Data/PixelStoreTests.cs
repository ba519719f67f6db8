using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Tests.Data;

public class PixelStoreTests
{
    /// <summary>Shapes, the number of images, and the first image that cannot be stored as bytes.</summary>
    public static TheoryData<int, int, int?> Cases => new()
    {
        { 3, 1, null },
        { 3, 2500, null },
        { 3, 2500, 0 },
        { 3, 2500, 1023 },
        { 3, 2500, 1024 },
        { 3, 2500, 2499 },
        // Sixteen of these images fill a chunk.
        { 1024, 18, null },
        { 1024, 18, 17 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Images_are_moved_out_in_the_smallest_type(int side, int count, int? firstFloat)
    {
        using var scope = NewDisposeScope();
        var shape = new ImageShape(1, side, side);
        var store = new PixelStore(shape);
        var image = new float[shape.Size];
        for (var i = 0; i < count; i++)
        {
            for (var slot = 0; slot < image.Length; slot++)
                image[slot] = (i + slot) % 256 / 255f;
            if (i >= firstFloat)
                image[^1] = 0.1234f;
            store.Add(image);
        }
        Assert.Equal(firstFloat is null, store.IsBytes);
        Assert.InRange(store.Size, count * shape.Size * (store.IsBytes ? 1 : 4), (count + 1024) * shape.Size * 4L);

        var taken = store.Take();
        Assert.Equal(0, store.Size);
        Assert.Equal([count, 1, side, side], taken.shape);
        var flat = taken.reshape(count, -1);
        foreach (var (row, slot) in new[] { (0, 0), (count / 2, 2), (count - 1, shape.Size - 2) })
            Assert.Equal((row + slot) % 256, flat[row, slot].to(float32).item<float>() * (store.IsBytes ? 1 : 255), 1e-3f);
        if (firstFloat is not null)
            Assert.Equal(0.1234f, flat[count - 1, -1].item<float>());
    }
}
