namespace FashionAE.MLNet;

/// <summary>
/// The largest mean squared error of a square window: a defect that is small beside the image is lost in the mean over all pixels (the
/// largest value of an error map is a common score of images; Bergmann et al. 2021, International Journal of Computer Vision 129).
/// </summary>
public sealed record LargestLocalErrorScore : AnomalyScore
{
    private const int WindowsPerSide = 7;

    /// <summary>
    /// Gets or sets the side of the window, in pixels, 1 to the smaller side of the images: about that of the defects to find. Null for a
    /// seventh of the smaller side, or 3 if that is more.
    /// </summary>
    public int? Window { get; init; }

    /// <inheritdoc/>
    public override void Compute(ReconstructedImages images, IReadOnlyDictionary<string, float[]> learned, Span<double> scores)
    {
        ArgumentNullException.ThrowIfNull(images);
        var (height, width) = (images.Shape.Height, images.Shape.Width);
        var window = WindowFor(images.Shape);
        var rows = new BandMatrix(ErrorMap.Windows(height, window), height);
        var columns = new BandMatrix(ErrorMap.Windows(width, window), width);
        var means = new double[rows.Rows * columns.Rows];
        var maps = images.ErrorMaps;
        for (var i = 0; i < images.Count; i++)
        {
            ErrorMap.Blur(maps.Slice(i * height * width, height * width), rows, columns, means);
            scores[i] = means.Max();
        }
    }

    /// <inheritdoc/>
    public override void Check(ImageShape? shape)
    {
        if (Window < 1 || (shape is { } known && WindowFor(known) > Math.Min(known.Height, known.Width)))
            throw new ArgumentException(
                $"{nameof(Window)} is {Window}; it must be 1 to the smaller side of the images"
                + $"{(shape is null ? "" : $", which are {shape}")}.");
    }

    internal override OnnxValue Write(AnomalyGraph graph, IReadOnlyDictionary<string, float[]> learned)
    {
        var window = WindowFor(graph.Shape);
        var means = graph.Blurred(ErrorMap.Windows(graph.Shape.Height, window), ErrorMap.Windows(graph.Shape.Width, window));
        return graph.Export.Graph.Add(
            "ReduceMax", [graph.Export.Add("Flatten", means)], OnnxLayers.Attributes(("axes", (long[])[1]), ("keepdims", 1L)));
    }

    private int WindowFor(ImageShape shape)
    {
        var side = Math.Min(shape.Height, shape.Width);
        return Window ?? Math.Min(side, Math.Max(3, side / WindowsPerSide));
    }
}
