namespace FashionAE.MLNet;

/// <summary>What a score is computed from, in the graph that ML.NET exports.</summary>
/// <param name="Export">The part of the graph.</param>
/// <param name="Shape">The shape of the images.</param>
/// <param name="LatentSize">The length of a latent vector.</param>
/// <param name="Latent">The latent vectors, [N, L].</param>
/// <param name="Scores">The images and their reconstructions, compared in double precision.</param>
internal sealed record AnomalyGraph(OnnxExport Export, ImageShape Shape, int LatentSize, OnnxValue Latent, ScoreGraph Scores)
{
    /// <summary>Gets the squared error of every pixel, the mean over the channels: [N, H, W], in double precision.</summary>
    public OnnxValue ErrorMaps => field ??= Shape.Channels == 1
        ? Export.Graph.Reshape(Scores.Errors, 0, Shape.Height, Shape.Width)
        : Export.Graph.Add("ReduceMean", [Scores.Errors], OnnxLayers.Attributes(("axes", (long[])[1]), ("keepdims", 0L)));

    /// <summary>Writes the error maps after their columns and rows have been averaged: [N, some, others].</summary>
    /// <param name="rows">A matrix [some, H].</param>
    /// <param name="columns">A matrix [others, W].</param>
    /// <param name="weights">What each pixel's error is multiplied by before; null for nothing.</param>
    public OnnxValue Blurred(double[] rows, double[] columns, float[]? weights = null)
    {
        var maps = weights is null ? ErrorMaps : Export.Add("Mul", ErrorMaps, Export.Graph.Constant(
            StoredTensor.Of(Array.ConvertAll(weights, weight => (double)weight), Shape.Height, Shape.Width), "weights"));
        OnnxValue Matrix(double[] values, int size) => Export.Graph.Constant(StoredTensor.Of(values, values.Length / size, size), "blur");
        var transposed = Export.Graph.Add(
            "Transpose", [Matrix(columns, Shape.Width)], OnnxLayers.Attributes(("perm", (long[])[1, 0])));
        return Export.Add("MatMul", Export.Add("MatMul", Matrix(rows, Shape.Height), maps), transposed);
    }
}
