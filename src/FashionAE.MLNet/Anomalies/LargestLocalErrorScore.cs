namespace FashionAE.MLNet;

/// <summary>
/// Measures the largest mean squared error of a square window. It finds defects that are too small to change the mean over all pixels. The
/// largest value of an error map is a common score of images (Bergmann et al. 2021, International Journal of Computer Vision 129).
/// </summary>
public sealed record LargestLocalErrorScore : AnomalyScore
{
    private const int WindowsPerSide = 4;
    private const string Weights = "weights";

    /// <summary>
    /// Gets or sets the side of the window in pixels, from 1 to the smaller side of the images. Choose a value near the size of the defects
    /// to find. If it is null, the default, the window is a quarter as wide as the smaller side of the images, but at least 3 pixels wide.
    /// If that side is below 3, the window is as wide as that side.
    /// </summary>
    public int? Window { get; init; }

    /// <summary>
    /// Gets or sets a value indicating whether each error is divided by the usual error of its pixel, as in
    /// <see cref="WeightedErrorScore"/>. Without this, the edges of objects that move slightly from image to image hide defects in other
    /// places. The default is false.
    /// </summary>
    public bool IsWeighted { get; init; }

    /// <summary>
    /// Gets or sets the value of <see cref="WeightedErrorScore.Floor"/> that is used if <see cref="IsWeighted"/> is true, above 0. The
    /// default is 0.1.
    /// </summary>
    public double Floor { get; init; } = 0.1;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, float[]> Learn(LearningImages images) => IsWeighted
        ? new Dictionary<string, float[]> { [Weights] = WeightedErrorScore.LearnWeights(images, Floor) }
        : base.Learn(images);

    /// <inheritdoc/>
    public override void Compute(ReconstructedImages images, IReadOnlyDictionary<string, float[]> learned, Span<double> scores)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(learned);
        var (height, width) = (images.Shape.Height, images.Shape.Width);
        var window = WindowFor(images.Shape);
        var maps = images.ErrorMaps;
        var weights = IsWeighted ? learned[Weights] : null;
        var weighted = new float[height * width];
        for (var i = 0; i < images.Count; i++)
        {
            var map = maps.Slice(i * weighted.Length, weighted.Length);
            scores[i] = ErrorMap.LargestMean(ErrorMap.Weigh(map, weights, weighted), width, window);
        }
    }

    /// <inheritdoc/>
    public override void Check(InputShape? shape)
    {
        if (Window < 1 || (shape is { } known && WindowFor(known) > Math.Min(known.Height, known.Width)))
            throw new ArgumentException(
                $"{nameof(Window)} is {Window}; it must be 1 to the smaller side of the images"
                + $"{(shape is null ? "" : $", which are {shape}")}.");
        if (!(Floor > 0 && double.IsFinite(Floor)))
            throw new ArgumentException($"{nameof(Floor)} is {Floor}; it must be above 0.");
    }

    /// <inheritdoc/>
    public override void CheckLearned(IReadOnlyDictionary<string, float[]> learned, InputShape shape, int latentSize)
    {
        ArgumentNullException.ThrowIfNull(learned);
        if (IsWeighted)
            Find(learned, Weights, length => length == shape.Height * shape.Width);
    }

    internal override OnnxValue Write(AnomalyGraph graph, IReadOnlyDictionary<string, float[]> learned)
    {
        var window = WindowFor(graph.Shape);
        var means = graph.MeanErrors(
            ErrorMap.Windows(graph.Shape.Height, window), ErrorMap.Windows(graph.Shape.Width, window),
            IsWeighted ? learned[Weights] : null);
        return graph.Export.Graph.Add(
            "ReduceMax", [graph.Export.Add("Flatten", means)], OnnxLayers.Attributes(("axes", (long[])[1]), ("keepdims", 1L)));
    }

    private int WindowFor(InputShape shape)
    {
        var side = Math.Min(shape.Height, shape.Width);
        return Window ?? Math.Min(side, Math.Max(3, side / WindowsPerSide));
    }
}
