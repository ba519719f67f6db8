using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Microsoft.ML.Trainers;

/// <summary>
/// The directions of greatest variance by a random projection (Halko, Martinsson and Tropp 2011), in two passes over the rows.
/// </summary>
internal sealed class PrincipalComponents(Func<ExampleCursor> open, int dimension, bool isCentered, string emptyMessage)
{
    private const int RowsOfBlock = 64;

    // What the package adds before it divides by a length.
    private const double LeastLength = 1e-6;

    private readonly double[] _mean = new double[dimension];

    /// <summary>The directions, that of the greatest variance first, and the mean, which is null if not centered.</summary>
    public (float[][] Vectors, float[] Mean) Find(int rank, int oversampling, Random random)
    {
        var sampled = (int)Math.Min((long)rank + oversampling, dimension);
        var samples = new double[sampled][];
        for (var i = 0; i < sampled; i++)
            Normal.Samples(random, samples[i] = new double[dimension], 0, 1);
        var range = Matrix<double>.Build.DenseOfColumnArrays(Project(samples)).QR(QRMethod.Thin).Q;
        var images = Matrix<double>.Build.DenseOfColumnArrays(Project(range.ToColumnArrays()));
        // Of the squared lengths, the least first.
        var small = images.TransposeThisAndMultiply(images).Evd(Symmetricity.Symmetric);
        var vectors = new float[rank][];
        for (var i = 0; i < rank; i++)
        {
            var length = Math.Sqrt(Math.Max(0, small.EigenValues[sampled - 1 - i].Real));
            var direction = images * small.EigenVectors.Column(sampled - 1 - i) / (length + LeastLength);
            vectors[i] = Array.ConvertAll(direction.ToArray(), number => (float)number);
        }
        return (vectors, isCentered ? Array.ConvertAll(_mean, number => (float)number) : null);
    }

    /// <summary>The products of the covariance and vectors, without the covariance itself.</summary>
    private double[][] Project(double[][] vectors)
    {
        var products = Array.ConvertAll(vectors, _ => new double[dimension]);
        var (block, weights, total) = (new float[RowsOfBlock][], new float[RowsOfBlock], 0.0);
        using (var cursor = open())
        {
            for (var count = RowsOfBlock; count == RowsOfBlock;)
            {
                for (count = 0; count < RowsOfBlock && cursor.MoveNext(); count++)
                {
                    (block[count], weights[count]) = ([.. cursor.Features], cursor.Weight);
                    total += cursor.Weight;
                    // As in the package, the second pass adds to the mean of the first, which so counts as one row more.
                    if (isCentered)
                        Dense.AddScaled(cursor.Features, cursor.Weight, _mean);
                }
                var rows = count;
                Parallel.For(0, vectors.Length, i =>
                {
                    for (var row = 0; row < rows; row++)
                        Dense.AddScaled(block[row], weights[row] * Dense.Dot(block[row], vectors[i]), products[i]);
                });
            }
        }
        if (total <= 0)
            throw new InvalidOperationException(emptyMessage);
        for (var j = 0; j < dimension; j++)
            _mean[j] /= total;
        for (var i = 0; i < vectors.Length; i++)
        {
            var meanProduct = 0.0;
            for (var j = 0; j < dimension; j++)
                meanProduct += _mean[j] * vectors[i][j];
            for (var j = 0; j < dimension; j++)
                products[i][j] = products[i][j] / total - meanProduct * _mean[j];
        }
        return products;
    }
}
