using FashionAE.MLNet;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.Cli.Images;

/// <summary>A file that holds a picture, as a row.</summary>
internal sealed class ImageFileRow(string path, float[] pixels, PixelOptions options) : IDisposable
{
    private MLImage? _image;

    /// <summary>Gets the picture as the autoencoder's pixels.</summary>
    public float[] Pixels => pixels;

    /// <summary>Gets the picture itself, which is decoded anew for the few models that begin with one. ImageType has to name some size.</summary>
    [ImageType(1, 1)]
    public MLImage Image => _image ??= PixelReader.ReadImage(path, options);

    /// <summary>Gets the absolute path.</summary>
    public string Path => path;

    public void Dispose() => _image?.Dispose();
}
