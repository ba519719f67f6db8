using System.Text.Json.Serialization;
using FashionAE.Torch.Data;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet.Imaging;

internal sealed record ImageDrawingSettings(string Output, string Input, ImageShape? Shape)
{
    /// <summary>
    /// The type of the images. It says their size where the shape is given alone: what the dimensions of the input's type are no estimator is
    /// told, and it must promise the type that the transformer delivers.
    /// </summary>
    [JsonIgnore]
    public ImageDataViewType Type => Shape is { } shape ? new ImageDataViewType(shape.Height, shape.Width) : new ImageDataViewType();
}
