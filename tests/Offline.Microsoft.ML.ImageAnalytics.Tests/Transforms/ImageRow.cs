namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Transforms;

/// <summary>A row with an image, which may be missing, and its number.</summary>
public sealed class ImageRow
{
    public float Number { get; set; }

    [ImageType]
    public MLImage Image { get; set; }
}
