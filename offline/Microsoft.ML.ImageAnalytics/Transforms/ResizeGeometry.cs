namespace Microsoft.ML.Transforms.Image;

/// <summary>Where an image goes that keeps its proportions.</summary>
internal static class ResizeGeometry
{
    /// <summary>The rectangle of the target that the whole of the source is drawn into.</summary>
    /// <remarks>In single precision and cut off to whole pixels, as the package has it: the rectangle can be one pixel short.</remarks>
    public static PixelRectangle Place(
        int sourceWidth, int sourceHeight, int width, int height,
        ImageResizingEstimator.ResizingKind kind, ImageResizingEstimator.Anchor anchor)
    {
        var (horizontal, vertical) = ((float)width / sourceWidth, (float)height / sourceHeight);
        var pads = kind == ImageResizingEstimator.ResizingKind.IsoPad;
        var scale = pads ? Math.Min(horizontal, vertical) : Math.Max(horizontal, vertical);
        var (scaledWidth, scaledHeight) = (sourceWidth * scale, sourceHeight * scale);
        // In one of its dimensions the image fits; in the other there is room to move it.
        var movesHorizontally = pads == vertical < horizontal;
        var x = movesHorizontally ? Offset(width - scaledWidth, ImageResizingEstimator.Anchor.Left, ImageResizingEstimator.Anchor.Right) : 0;
        var y = movesHorizontally ? 0 : Offset(height - scaledHeight, ImageResizingEstimator.Anchor.Top, ImageResizingEstimator.Anchor.Bottom);
        return new PixelRectangle(x, y, (int)scaledWidth, (int)scaledHeight);

        int Offset(float room, ImageResizingEstimator.Anchor start, ImageResizingEstimator.Anchor end) =>
            pads || anchor != start && anchor != end ? (int)(room / 2) : anchor == end ? (int)room : 0;
    }
}
