namespace FashionAE.MLNet;

/// <summary>What a score is computed from, in the graph that ML.NET exports, all of it in double precision.</summary>
/// <param name="Export">The part of the graph.</param>
/// <param name="Shape">The shape of the images.</param>
/// <param name="LatentSize">The length of a latent vector.</param>
/// <param name="Latent">The latent vectors, [N, L].</param>
/// <param name="Scores">The images and their reconstructions.</param>
internal sealed record AnomalyGraph(OnnxExport Export, InputShape Shape, int LatentSize, OnnxValue Latent, ScoreGraph Scores)
{
    /// <summary>Gets the squared error of every pixel, the mean over the channels: [N, H, W].</summary>
    public OnnxValue ErrorMaps => field ??= Shape.Channels == 1
        ? Export.Graph.Reshape(Scores.Errors, 0, Shape.Height, Shape.Width)
        : Export.Graph.Add("ReduceMean", [Scores.Errors], OnnxLayers.Attributes(("axes", (long[])[1]), ("keepdims", 0L)));

    private OnnxValue Zero => Export.Number(0, isDouble: true);

    /// <summary>Writes the error maps, multiplied by weights and averaged: [N, some, others].</summary>
    /// <param name="rows">A matrix [some, H].</param>
    /// <param name="columns">A matrix [others, W].</param>
    /// <param name="weights">What each pixel's error is multiplied by before; null for nothing.</param>
    public OnnxValue MeanErrors(BandMatrix rows, BandMatrix columns, float[]? weights = null)
    {
        var maps = weights is null ? ErrorMaps : Export.Add("Mul", ErrorMaps, Constant(weights, "weights", Shape.Height, Shape.Width));
        return Means(maps, rows, columns);
    }

    /// <summary>Writes weighted means of planes [..., H, W] along both axes: [..., some, others].</summary>
    /// <inheritdoc cref="MeanErrors"/>
    public OnnxValue Means(OnnxValue planes, BandMatrix rows, BandMatrix columns)
    {
        OnnxValue Matrix(BandMatrix matrix) => Export.Graph.Constant(StoredTensor.Of(matrix.ToArray(), matrix.Rows, matrix.Size), "means");
        return Export.Add("MatMul", Export.Add("MatMul", Matrix(rows), planes), Transposed(Matrix(columns)));
    }

    /// <summary>Writes the distances of vectors to the nearest ones of a sample, and which ones they are: [N, count] each.</summary>
    /// <param name="vectors">The vectors, [N, size].</param>
    /// <param name="sample">The vectors of the sample, one after the other.</param>
    /// <param name="size">The length of a vector.</param>
    /// <param name="count">How many of the nearest ones are wanted, no more than the sample has.</param>
    public (OnnxValue Distances, OnnxValue Places) Nearest(OnnxValue vectors, float[] sample, int size, int count)
    {
        // In double precision |a|^2 - 2ab + |b|^2 loses no digit that matters.
        var length = sample.Length / size;
        var squares = Enumerable.Range(0, length).Select(
            row => Enumerable.Range(row * size, size).Sum(i => (double)sample[i] * sample[i])).ToArray();
        var ofSample = Export.Graph.Constant(StoredTensor.Of(squares, 1, length), "squares");
        var ofVectors = Export.Graph.Add(
            "ReduceSumSquare", [vectors], OnnxLayers.Attributes(("axes", (long[])[1]), ("keepdims", 1L)));
        var products = Export.Add("MatMul", vectors, Transposed(Constant(sample, "sample", length, size)));
        var distances = Export.Add("Add", Export.Add("Sub", ofVectors, Export.Add("Add", products, products)), ofSample);
        // The operator finds the highest values.
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
