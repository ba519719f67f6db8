namespace FashionAE.MLNet;

/// <summary>
/// Writes the scores of <see cref="ReconstructionScores"/> to a graph that ML.NET exports, in double precision.
/// </summary>
/// <param name="export">The part of the graph that the exported step adds.</param>
/// <param name="shape">The shape of the images.</param>
/// <param name="target">The target images.</param>
/// <param name="reconstruction">The reconstructions.</param>
internal sealed class ScoreGraph(OnnxExport export, InputShape shape, OnnxValue target, OnnxValue reconstruction)
{
    /// <summary>Gets the space in which vectors are compared; null for images.</summary>
    public VectorSpace? Space { get; init; }

    /// <summary>Gets the target images: [N, C, H, W] in double precision; vectors are [N, 1, 1, L].</summary>
    public OnnxValue X => field ??= Images(Scaled(target));

    private OnnxValue Y => field ??= Images(Scaled(reconstruction));

    /// <summary>Gets the squared error of every value: [N, C, H, W] in double precision.</summary>
    public OnnxValue Errors => field ??= Square(export.Add("Sub", X, Y));

    /// <summary>Writes a score: [N, 1], or [N, C * H * W] if each pixel has a score.</summary>
    public OnnxValue Write(ImageScore score)
    {
        var value = score switch
        {
            ImageScore.SquaredError => Errors,
            ImageScore.MeanSquaredError => MeanOf(Errors),
            // The logarithm of the reciprocal yields 0, not -0, for an error of 1.
            ImageScore.PeakSignalToNoiseRatio => export.Add(
                "Mul", export.Add("Log", export.Add("Div", Number(1), export.Mean(Errors))), Number(10 / Math.Log(10))),
            _ => export.Mean(Similarities()),
        };
        return Finish(value);
    }

    /// <summary>Converts values that were computed from the images to single precision. The values of missing images become NaN.</summary>
    public OnnxValue Finish(OnnxValue value) =>
        export.WhereFinite(
            export.WhereFinite(
                export.Cast(value, isDouble: false), Space is { MasksMissing: true } ? export.WhereAnyIsThere(target) : target),
            reconstruction);

    /// <summary>Scales vectors to their space. Missing values of the target become 0.</summary>
    private OnnxValue Scaled(OnnxValue values)
    {
        if (Space is not { } space)
            return values;
        OnnxValue Row(float[] numbers) => export.Graph.Constant(StoredTensor.Of(numbers, numbers.Length), "scaling");
        var scaled = space is { Offset: { } offset, Scale: { } scale }
            ? export.Add("Div", export.Add("Sub", values, Row(offset)), Row(scale))
            : values;
        return space.MasksMissing
            ? export.Add("Where", export.IsThere(target), scaled, export.Number(0, isDouble: false))
            : scaled;
    }

    /// <summary>Gets the mean of a row's errors over the values that are not missing: [N, 1].</summary>
    public OnnxValue MeanOf(OnnxValue errors) => OfThere(export.Mean(errors));

    /// <summary>Divides a mean over all values of a row by the share of values that are not missing.</summary>
    public OnnxValue OfThere(OnnxValue value) => Space is { MasksMissing: true }
        ? export.Add("Div", value, export.Cast(export.ShareThere(target), isDouble: true))
        : value;

    /// <summary>Writes the structural similarity of every window.</summary>
    private OnnxValue Similarities()
    {
        // The window is separable, so a blur multiplies by a banded matrix along each axis.
        var rows = Windows(shape.Height);
        var columns = export.Graph.Add("Transpose", [Windows(shape.Width)], OnnxLayers.Attributes(("perm", (long[])[1, 0])));
        OnnxValue Blur(OnnxValue plane) => export.Add("MatMul", export.Add("MatMul", rows, plane), columns);
        OnnxValue Twice(OnnxValue value) => export.Add("Add", value, value);

        var (meanX, meanY) = (Blur(X), Blur(Y));
        var meanSquares = export.Add("Add", Square(meanX), Square(meanY));
        var meanProduct = Twice(export.Add("Mul", meanX, meanY));
        var squares = Blur(export.Add("Add", Square(X), Square(Y)));
        var product = Blur(Twice(export.Add("Mul", X, Y)));
        OnnxValue Ratio(OnnxValue above, OnnxValue below, double constant) =>
            export.Add("Div", export.Add("Add", above, Number(constant)), export.Add("Add", below, Number(constant)));
        return export.Add(
            "Mul", Ratio(meanProduct, meanSquares, ImageQuality.C1),
            Ratio(export.Add("Sub", product, meanProduct), export.Add("Sub", squares, meanSquares), ImageQuality.C2));
    }

    private OnnxValue Images(OnnxValue value) =>
        export.Cast(export.Graph.Reshape(value, 0, shape.Channels, shape.Height, shape.Width), isDouble: true);

    private OnnxValue Square(OnnxValue value) => export.Add("Mul", value, value);

    private OnnxValue Number(double value) => export.Number(value, isDouble: true);

    /// <summary>Adds a matrix with the weights of all windows along an axis, one row per window.</summary>
    private OnnxValue Windows(int size)
    {
        var matrix = ImageQuality.WindowMatrix(size);
        return export.Graph.Constant(StoredTensor.Of(matrix, matrix.Length / size, size), "windows");
    }
}
