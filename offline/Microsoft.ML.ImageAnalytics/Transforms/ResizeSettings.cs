using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

/// <summary>The size that images are to have, and how they get it.</summary>
internal sealed class ResizeSettings
{
    /// <exception cref="ArgumentException">A setting makes no sense.</exception>
    public ResizeSettings(int width, int height, ImageResizingEstimator.ResizingKind kind, ImageResizingEstimator.Anchor anchor)
    {
        if (width <= 0)
            throw Contracts.Invalid("imageWidth", $"The width is {width}; it must be above 0.");
        if (height <= 0)
            throw Contracts.Invalid("imageHeight", $"The height is {height}; it must be above 0.");
        if (!Enum.IsDefined(kind))
            throw Contracts.Invalid("resizing", $"{kind} is no kind of resizing.");
        if (!Enum.IsDefined(anchor))
            throw Contracts.Invalid("cropAnchor", $"{anchor} is no anchor.");
        (Type, Kind, Anchor) = (new ImageDataViewType(height, width), kind, anchor);
    }

    public ImageDataViewType Type { get; }

    public ImageResizingEstimator.ResizingKind Kind { get; }

    public ImageResizingEstimator.Anchor Anchor { get; }
}
