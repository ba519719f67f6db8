using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Imaging;

/// <summary>Creates pictures from bytes for tests, and returns the pixels that the library computes from them.</summary>
internal static class Pictures
{
    private static readonly MLContext Ml = new(seed: 1);

    /// <summary>The path of a picture in the folder Cases.</summary>
    public static string Case(string name) => Path.Combine(AppContext.BaseDirectory, "Imaging", "Cases", name);

    public static MLImage Gray(int width, int height, Func<int, int, byte> value)
    {
        var pixels = new byte[4 * width * height];
        for (var i = 0; i < width * height; i++)
        {
            var gray = value(i % width, i / width);
            (pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2], pixels[4 * i + 3]) = (gray, gray, gray, 255);
        }
        return MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, pixels);
    }

    /// <summary>The output of <c>ConvertToPixels</c> for a picture.</summary>
    public static float[] Convert(MLImage image, PixelOptions options)
    {
        var view = Ml.Data.LoadFromEnumerable([new PictureRow { Image = image }]);
        return Ml.Transforms.ConvertToPixels("Pixels", "Image", options).Fit(view).Transform(view).GetColumn<float[]>("Pixels").Single();
    }

    /// <summary>The output of <c>LoadPixels</c> for a file.</summary>
    public static float[] Load(string path, PixelOptions options)
    {
        var view = Ml.Data.LoadFromEnumerable([new FileRow { ImagePath = path }]);
        return Ml.Transforms.LoadPixels("Pixels", null, "ImagePath", options).Fit(view).Transform(view).GetColumn<float[]>("Pixels").Single();
    }

    /// <summary>The output of <c>DecodePixels</c> for the bytes of a file.</summary>
    public static float[] Decode(byte[] file, PixelOptions options)
    {
        var view = Ml.Data.LoadFromEnumerable([new BytesRow { Png = file }]);
        return Ml.Transforms.DecodePixels("Pixels", "Png", options).Fit(view).Transform(view).GetColumn<float[]>("Pixels").Single();
    }
}
