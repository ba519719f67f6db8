namespace FashionAE.MLNet;

/// <summary>
/// Measures how far an image is from its nearest neighbors in the training data, relative to how far those are from their own nearest
/// neighbors. With a <see cref="Locality"/> of 1, it is about 1 for a usual image (a simplified local outlier factor: Schubert, Zimek and
/// Kriegel 2014, Data Mining and Knowledge Discovery 28).
/// </summary>
/// <remarks>
/// Images are compared by their coarse appearance and by the places where the autoencoder is wrong. The appearance is the mean of the
/// pixels in each cell. These cells have an eighth of the height and width of the image. The errors are the root of the mean squared error
/// in each cell with a quarter of the height and width. Vectors are compared by all of their slots, scaled as the network scales them, and
/// by the error of each slot. Vectors of more than 512 slots are compared by the means of neighboring slots.
/// </remarks>
public sealed record ImageNeighborsScore : AnomalyScore
{
    private const string Sample = "sample";
    private const string Spread = "spread";
    private const string Centers = "centers";
    private const int ImageCells = 8;
    private const int ErrorCells = 4;
    private const int VectorCells = 512;
    // The lower limit of distances, because equal images still differ by rounding. The total variance of the image values is scaled to 1.
    private const double Least = 1e-3;
    private const double LeastVariance = 1e-6;

    /// <summary>Gets or sets how many nearest neighbors count, within [1, 1,000]. The default is 20.</summary>
    public int Neighbors { get; init; } = 20;

    /// <summary>
    /// Gets or sets how many training images the model keeps for the comparison. It must be more than <see cref="Neighbors"/>. The default
    /// is 1,024. If there are more training images, the model keeps a random sample. Time and memory grow with this number.
    /// </summary>
    public int References { get; init; } = 1024;

    /// <summary>
    /// Gets or sets how much the distances of the neighbors to their own neighbors count, within [0, 1]. It is the exponent of the divisor:
    /// with 0 the score is the distance alone, and with 1 it is the ratio of the two distances. The default is 0.7.
    /// </summary>
    public double Locality { get; init; } = 0.7;

    /// <summary>
    /// Gets or sets how much the errors count compared with the image, 0 or more. It is the factor of their distances. The default is 0.4.
    /// </summary>
    public double ErrorWeight { get; init; } = 0.4;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, float[]> Learn(LearningImages images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var cells = new Cells(images.Shape);
        var sample = MLNet.References.Draw(images, References, cells.Size, cells.Describe);
        var length = sample.Length / cells.Size;
        var (centers, scales) = (new float[cells.Size], new float[2]);
        for (var part = 0; part < 2; part++)
        {
            var (first, end) = part == 0 ? (0, cells.OfImage) : (cells.OfImage, cells.Size);
            var variance = 0.0;
            for (var i = first; i < end; i++)
            {
                var (sum, squares) = (0.0, 0.0);
                for (var row = 0; row < length; row++)
                    sum += sample[row * cells.Size + i];
                var mean = sum / length;
                for (var row = 0; row < length; row++)
                    squares += (sample[row * cells.Size + i] - mean) * (sample[row * cells.Size + i] - mean);
                centers[i] = (float)mean;
                variance += squares / length;
            }
            scales[part] = (float)((part == 0 ? 1 : ErrorWeight) / Math.Sqrt(Math.Max(variance, LeastVariance)));
        }
        // The scales follow the centers in the array.
        float[] centered = [.. centers, .. scales];
        for (var row = 0; row < length; row++)
            cells.Scale(sample.AsSpan(row * cells.Size, cells.Size), centered);
        return new Dictionary<string, float[]> { [Sample] = sample, [Spread] = SpreadOf(sample, cells.Size), [Centers] = centered };
    }

    /// <inheritdoc/>
    public override void Compute(ReconstructedImages images, IReadOnlyDictionary<string, float[]> learned, Span<double> scores)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(learned);
        var (sample, spread, centers) = (learned[Sample], learned[Spread], learned[Centers]);
        var cells = new Cells(images.Shape);
        var vectors = new float[images.Count * cells.Size];
        for (var row = 0; row < images.Count; row++)
        {
            var vector = vectors.AsSpan(row * cells.Size, cells.Size);
            cells.Describe(images, row, vector);
            cells.Scale(vector, centers);
        }
        var count = CountIn(spread);
        var nearest = NearestVectors.In(sample, cells.Size).Find(vectors, count);
        for (var row = 0; row < images.Count; row++)
        {
            var (distance, own) = (0.0, 0.0);
            foreach (var (place, squared) in nearest.AsSpan(row * count, count))
                (distance, own) = (distance + Math.Sqrt(squared), own + spread[place]);
            scores[row] = Math.Max(distance / count, Least) / Math.Pow(Math.Max(own / count, Least), Locality);
        }
    }

    /// <inheritdoc/>
    public override void Check(InputShape? shape)
    {
        if (Neighbors is < 1 or > MLNet.References.MostNeighbors)
            throw new ArgumentException($"{nameof(Neighbors)} is {Neighbors}; it must be 1 to {MLNet.References.MostNeighbors}.");
        if (References <= Neighbors)
            throw new ArgumentException($"{nameof(References)} is {References}; it must be more than {nameof(Neighbors)} ({Neighbors}).");
        if (!(Locality is >= 0 and <= 1))
            throw new ArgumentException($"{nameof(Locality)} is {Locality}; it must be within [0, 1].");
        if (!(ErrorWeight >= 0 && double.IsFinite(ErrorWeight)))
            throw new ArgumentException($"{nameof(ErrorWeight)} is {ErrorWeight}; it must be 0 or more.");
    }

    /// <inheritdoc/>
    public override void CheckLearned(IReadOnlyDictionary<string, float[]> learned, InputShape shape, int latentSize)
    {
        ArgumentNullException.ThrowIfNull(learned);
        var size = new Cells(shape).Size;
        var spread = Find(learned, Spread, length => length > 0 && length <= References);
        Find(learned, Sample, length => length == (long)spread.Length * size);
        Find(learned, Centers, length => length == size + 2);
    }

    internal override OnnxValue Write(AnomalyGraph graph, IReadOnlyDictionary<string, float[]> learned)
    {
        var (export, cells) = (graph.Export, new Cells(graph.Shape));
        OnnxValue Number(double value) => export.Number(value, isDouble: true);
        OnnxValue Row(IEnumerable<float> values) => graph.Constant([.. values], "cells", 1, cells.Size);
        var centers = learned[Centers];
        var scales = Enumerable.Range(0, cells.Size).Select(i => centers[cells.Size + (i < cells.OfImage ? 0 : 1)]);
        var both = export.Graph.Add(
            "Concat",
            [
                export.Add("Flatten", graph.Means(graph.Scores.X, cells.ImageRows, cells.ImageColumns)),
                export.Add("Flatten", export.Add("Sqrt", graph.Means(graph.ErrorMaps, cells.ErrorRows, cells.ErrorColumns))),
            ],
            OnnxLayers.Attributes(("axis", 1L)));
        var vectors = export.Add("Mul", export.Add("Sub", both, Row(centers.Take(cells.Size))), Row(scales));
        var (distances, places) = graph.Nearest(vectors, learned[Sample], cells.Size, CountIn(learned[Spread]));
        var spread = graph.Constant(learned[Spread], "spread", learned[Spread].Length);
        var own = export.Add("Max", export.Mean(export.Add("Gather", spread, places)), Number(Least));
        return export.Add("Div", export.Add("Max", export.Mean(distances), Number(Least)), export.Add("Pow", own, Number(Locality)));
    }

    /// <summary>Computes the mean distance from each vector of a sample to its nearest neighbors in the sample.</summary>
    private float[] SpreadOf(float[] sample, int size)
    {
        var length = sample.Length / size;
        // The nearest neighbor of a vector in its own sample is the vector itself.
        var count = Math.Min(Neighbors + 1, length);
        var nearest = NearestVectors.In(sample, size).Find(sample, count);
        return [.. Enumerable.Range(0, length).Select(
            row => count == 1 ? 0f : (float)nearest.Skip(row * count + 1).Take(count - 1).Average(other => Math.Sqrt(other.Distance)))];
    }

    // A small training set can have fewer images than Neighbors.
    private int CountIn(float[] spread) => Math.Min(Neighbors, spread.Length);

    /// <summary>Defines the cells over which images and errors are averaged.</summary>
    private sealed class Cells(InputShape shape)
    {
        public BandMatrix ImageRows { get; } = Of(shape.Height, ImageCells);

        public BandMatrix ImageColumns { get; } = Of(shape.Width, shape.IsVector ? VectorCells : ImageCells);

        public BandMatrix ErrorRows { get; } = Of(shape.Height, ErrorCells);

        public BandMatrix ErrorColumns { get; } = Of(shape.Width, shape.IsVector ? VectorCells : ErrorCells);

        /// <summary>Gets the number of values that describe the image itself. They precede the values of the errors.</summary>
        public int OfImage => shape.Channels * ImageRows.Rows * ImageColumns.Rows;

        public int Size => OfImage + ErrorRows.Rows * ErrorColumns.Rows;

        public void Describe(ReconstructedImages images, int row, Span<float> vector)
        {
            var plane = shape.Height * shape.Width;
            var means = new double[ImageRows.Rows * ImageColumns.Rows];
            for (var channel = 0; channel < shape.Channels; channel++)
            {
                ErrorMap.Blur(images.Images.Slice(row * shape.Size + channel * plane, plane), ImageRows, ImageColumns, means);
                for (var i = 0; i < means.Length; i++)
                    vector[channel * means.Length + i] = (float)means[i];
            }
            var errors = new double[ErrorRows.Rows * ErrorColumns.Rows];
            ErrorMap.Blur(images.ErrorMaps.Slice(row * plane, plane), ErrorRows, ErrorColumns, errors);
            for (var i = 0; i < errors.Length; i++)
                vector[OfImage + i] = (float)Math.Sqrt(errors[i]);
        }

        /// <summary>Subtracts the centers from the values, and scales the values of the image and those of the errors.</summary>
        public void Scale(Span<float> vector, float[] centers)
        {
            for (var i = 0; i < vector.Length; i++)
                vector[i] = (vector[i] - centers[i]) * centers[Size + (i < OfImage ? 0 : 1)];
        }

        /// <summary>Creates the matrix that computes the means of cells along an axis. The last cell may be smaller.</summary>
        private static BandMatrix Of(int size, int cells)
        {
            var side = (size + cells - 1) / cells;
            return new BandMatrix(size, Enumerable.Range(0, (size + side - 1) / side).Select(
                cell => BandMatrix.Mean(cell * side, Math.Min(side, size - cell * side))));
        }
    }
}
