namespace FashionAE.MLNet;

/// <summary>
/// Holds the ONNX values from which an anomaly score is computed when ML.NET exports a pipeline. Scores are computed in double precision.
/// </summary>
/// <param name="Export">The part of the ONNX graph that the exported step adds.</param>
/// <param name="Shape">The shape of the images.</param>
/// <param name="LatentSize">The length of a latent vector.</param>
/// <param name="Latent">The latent vectors, [N, L].</param>
/// <param name="Scores">The values of the images and of their reconstructions.</param>
internal sealed record AnomalyGraph(OnnxExport Export, InputShape Shape, int LatentSize, OnnxValue Latent, ScoreGraph Scores)
{
    /// <summary>Gets the squared error of every pixel, averaged over the channels: [N, H, W].</summary>
    public OnnxValue ErrorMaps => field ??= Shape.Channels == 1
        ? Export.Graph.Reshape(Scores.Errors, 0, Shape.Height, Shape.Width)
        : Export.Graph.Add("ReduceMean", [Scores.Errors], OnnxLayers.Attributes(("axes", (long[])[1]), ("keepdims", 0L)));

    private OnnxValue Zero => Export.Number(0, isDouble: true);

    /// <summary>Adds weighted means of the error maps along both axes: [N, R, S].</summary>
    /// <param name="rows">The weights along the height, a matrix [R, H].</param>
    /// <param name="columns">The weights along the width, a matrix [S, W].</param>
    /// <param name="weights">The factors for the error of each pixel before averaging, or null for no factors.</param>
    public OnnxValue MeanErrors(BandMatrix rows, BandMatrix columns, float[]? weights = null)
    {
        var maps = weights is null ? ErrorMaps : Export.Add("Mul", ErrorMaps, Constant(weights, "weights", Shape.Height, Shape.Width));
        return Means(maps, rows, columns);
    }

    /// <summary>Adds weighted means of planes [..., H, W] along both axes: [..., R, S].</summary>
    /// <inheritdoc cref="MeanErrors"/>
    public OnnxValue Means(OnnxValue planes, BandMatrix rows, BandMatrix columns)
    {
        OnnxValue Matrix(BandMatrix matrix) => Export.Graph.Constant(StoredTensor.Of(matrix.ToArray(), matrix.Rows, matrix.Size), "means");
        return Export.Add("MatMul", Export.Add("MatMul", Matrix(rows), planes), Transposed(Matrix(columns)));
    }

    /// <summary>
    /// Adds the search for the nearest neighbors of vectors in a sample: distances and indexes in the sample, [N, count] each.
    /// </summary>
    /// <param name="vectors">The vectors, [N, size].</param>
    /// <param name="sample">The vectors of the sample, one after the other.</param>
    /// <param name="size">The length of a vector.</param>
    /// <param name="count">The number of neighbors per vector, at most the number of vectors in the sample.</param>
    public (OnnxValue Distances, OnnxValue Places) Nearest(OnnxValue vectors, float[] sample, int size, int count)
    {
        // |a|^2 - 2ab + |b|^2 cancels digits of small distances. In double precision, enough digits remain. A result below 0 counts as 0.
        var length = sample.Length / size;
        var squares = Enumerable.Range(0, length).Select(
            row => Enumerable.Range(row * size, size).Sum(i => (double)sample[i] * sample[i])).ToArray();
        var ofSample = Export.Graph.Constant(StoredTensor.Of(squares, 1, length), "squares");
        var ofVectors = Export.Graph.Add(
            "ReduceSumSquare", [vectors], OnnxLayers.Attributes(("axes", (long[])[1]), ("keepdims", 1L)));
        var products = Export.Add("MatMul", vectors, Transposed(Constant(sample, "sample", length, size)));
        var distances = Export.Add("Add", Export.Add("Sub", ofVectors, Export.Add("Add", products, products)), ofSample);
        // TopK finds the highest values, so the distances are negated: the nearest vectors have the lowest ones.
        var nearest = Export.Graph.Add(
            "TopK", [Export.Add("Sub", Zero, distances), Export.Graph.Constant(StoredTensor.Of([(long)count]), "count")], null, outputs: 2);
        return (Export.Add("Sqrt", Export.Add("Max", Export.Add("Sub", Zero, nearest[0]), Zero)), nearest[1]);
    }

    /// <summary>Adds a constant in double precision.</summary>
    public OnnxValue Constant(float[] values, string name, params long[] shape) =>
        Export.Graph.Constant(StoredTensor.Of(Array.ConvertAll(values, value => (double)value), shape), name);

    private OnnxValue Transposed(OnnxValue matrix) =>
        Export.Graph.Add("Transpose", [matrix], OnnxLayers.Attributes(("perm", (long[])[1, 0])));
}
