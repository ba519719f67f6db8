using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Imaging;

public sealed class DrawImagesTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Gray_values_become_the_nearest_of_256_levels()
    {
        var values = new[] { 0f, 1f, 0.5f, 127.4f / 255, 127.6f / 255, -0.3f, 7f, 0.1f, float.PositiveInfinity };
        using var image = Draw(values, new ImageShape(1, 3, 3));
        Assert.Equal((3, 3), (image.Width, image.Height));
        Assert.Equal(new byte[] { 0, 255, 128, 127, 128, 0, 255, 26, 255 }.SelectMany(v => new[] { v, v, v, (byte)255 }), image.Pixels.ToArray());
    }

    [Fact]
    public void Every_byte_comes_back()
    {
        using var image = Draw(Array.ConvertAll(Enumerable.Range(0, 256).ToArray(), b => b / 255f), new ImageShape(1, 16, 16));
        Assert.Equal(Enumerable.Range(0, 256).SelectMany(b => new[] { b, b, b, 255 }).Select(b => (byte)b), image.Pixels.ToArray());
    }

    [Fact]
    public void Planes_become_red_green_and_blue()
    {
        using var image = Draw(Array.ConvertAll(new[] { 3, 30, 2, 20, 1, 10 }, b => b / 255f), new ImageShape(3, 1, 2));
        Assert.Equal((2, 1), (image.Width, image.Height));
        Assert.Equal(new byte[] { 1, 2, 3, 255, 10, 20, 30, 255 }, image.Pixels.ToArray());
    }

    [Fact]
    public void Every_row_has_a_separate_image_and_the_type_has_the_given_size()
    {
        var data = Images.View(_ml, 5);
        var view = _ml.Transforms.DrawImages("Image", "Pixels", Images.Shape).Fit(data).Transform(data);
        Assert.Equal(new Microsoft.ML.Transforms.Image.ImageDataViewType(Images.Side, Images.Side), view.Schema["Image"].Type);
        var images = view.GetColumn<MLImage>("Image").ToArray();
        Assert.Equal(
            Images.Rows(5).Select(r => Array.ConvertAll(r.Pixels, p => (byte)Math.Round(255 * p))),
            images.Select(image => image.Pixels.ToArray().Where((_, i) => i % 4 == 0).ToArray()));
    }

    [Fact]
    public void A_loaded_transformer_draws_the_same()
    {
        var data = Images.View(_ml, 3);
        var saved = _ml.Transforms.DrawImages("Image", "Pixels", Images.Shape).Fit(data);
        _ml.Model.Save(saved, data.Schema, _path);
        var loaded = new MLContext().Model.Load(_path, out _);
        byte[][] Bytes(ITransformer transformer) =>
            [.. transformer.Transform(data).GetColumn<MLImage>("Image").Select(image => image.Pixels.ToArray())];
        Assert.Equal(Bytes(saved), Bytes(loaded));
    }

    [Fact]
    public void Values_and_shapes_that_cannot_be_drawn_are_refused()
    {
        Message.Says<InvalidOperationException>(() => Draw([float.NaN], new ImageShape(1, 1, 1)), "is NaN");
        Message.Says<InvalidOperationException>(
            () => _ml.Transforms.DrawImages("Image", "Pixels", new ImageShape(2, 12, 6)).Fit(Images.View(_ml, 1)),
            "one channel", "three", "'Pixels'", "2x12x6");
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.DrawImages("Image", "Pixels", FashionMnist.Shape).Fit(Images.View(_ml, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.DrawImages("Image", "Extra").Fit(Images.View(_ml, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.DrawImages("Image", "None").Fit(Images.View(_ml, 1)));
    }

    private MLImage Draw(float[] values, ImageShape shape)
    {
        var data = _ml.Data.LoadFromEnumerable([new Vector { Pixels = values }]);
        var view = _ml.Transforms.DrawImages("Image", "Pixels", shape).Fit(data).Transform(data);
        return view.GetColumn<MLImage>("Image").Single();
    }

    private sealed class Vector
    {
        public float[] Pixels { get; set; } = [];
    }
}
