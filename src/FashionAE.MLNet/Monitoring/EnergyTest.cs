namespace FashionAE.MLNet;

/// <summary>
/// The two-sample test with the energy distance (Székely and Rizzo 2004, InterStat 5). It tests whether vectors come from the same
/// distribution, and finds any difference, not only that of the means. The distance of samples X and Y is 2 E|X - Y| - E|X - X'| - E|Y -
/// Y'|, in units of standard deviations.
/// </summary>
/// <remarks>
/// The p-value is that of a permutation test. Blocks of a few vectors are permuted instead of single vectors. This costs less and is as
/// exact, since such permutations form a group (Hemerik and Goeman 2018, TEST 27). The p-value is never 0 (Phipson and Smyth 2010,
/// Statistical Applications in Genetics and Molecular Biology 9).
/// </remarks>
/// <param name="Distance">The energy distance.</param>
/// <param name="PValue">The probability of a distance at least this large if both samples come from the same distribution.</param>
internal readonly record struct EnergyTest(double Distance, double PValue)
{
    /// <summary>The largest number of vectors of a sample to compare, drawn at random. The cost grows with its square.</summary>
    public const int MostVectors = 1024;

    // The largest number of blocks of the second sample. The cost of a permutation grows with its square.
    private const int MostBlocks = 128;

    // The smallest divisor of a slot, as a share of the largest standard deviation. Slots that vary less may vary only by rounding, which
    // differs between engines.
    private const double LeastDeviation = 1e-3;

    private const double Rounding = 1e-12;

    /// <summary>Compares two samples.</summary>
    /// <param name="first">The vectors of the first sample, one after the other.</param>
    /// <param name="second">The vectors of the second sample, one after the other.</param>
    /// <param name="size">The length of a vector.</param>
    /// <param name="permutations">The number of permutations. The smallest p-value is 1 / (permutations + 1).</param>
    /// <param name="seed">The seed for drawing.</param>
    /// <param name="caution">
    /// The factor for the distances of permutations, 1 or more. With 1 the p-value is exact, and with more it is higher.
    /// </param>
    public static EnergyTest Test(
        ReadOnlySpan<float> first, ReadOnlySpan<float> second, int size, int permutations, int seed, double caution = 1)
    {
        var random = new Random(seed);
        var blockLength = (Math.Min(second.Length / size, MostVectors) + MostBlocks - 1) / MostBlocks;
        var chosen = InRandomOrder(second, size, blockLength, random);
        float[] vectors = [.. chosen, .. InRandomOrder(first, size, blockLength, random)];
        Standardize(vectors, size);
        var blocks = new Blocks(vectors, size, blockLength, chosen.Length / size / blockLength);

        var distance = blocks.Distance();
        var asLarge = 1;
        for (var i = 0; i < permutations; i++)
        {
            blocks.Permute(random);
            // The order of summation changes the last bits of a distance.
            asLarge += caution * blocks.Distance() >= distance - Rounding * blocks.MeanDistance ? 1 : 0;
        }
        return new(distance, asLarge / (permutations + 1.0));
    }

    /// <summary>Copies vectors in random order, as many as fill whole blocks.</summary>
    private static float[] InRandomOrder(ReadOnlySpan<float> vectors, int size, int blockLength, Random random)
    {
        int[] order = [.. Enumerable.Range(0, vectors.Length / size)];
        random.Shuffle(order);
        var copy = new float[Math.Min(order.Length, MostVectors) / blockLength * blockLength * size];
        for (var i = 0; i < copy.Length / size; i++)
            vectors.Slice(order[i] * size, size).CopyTo(copy.AsSpan(i * size));
        return copy;
    }

    /// <summary>Divides each slot by its standard deviation in both samples together, which is the same for all permutations.</summary>
    private static void Standardize(float[] vectors, int size)
    {
        var count = vectors.Length / size;
        var (means, deviations) = (new double[size], new double[size]);
        for (var i = 0; i < vectors.Length; i++)
            means[i % size] += (double)vectors[i] / count;
        for (var i = 0; i < vectors.Length; i++)
        {
            var difference = vectors[i] - means[i % size];
            deviations[i % size] += difference * difference / count;
        }
        var least = LeastDeviation * Math.Sqrt(deviations.Max());
        for (var i = 0; i < vectors.Length; i++)
        {
            var deviation = Math.Max(Math.Sqrt(deviations[i % size]), least);
            vectors[i] = deviation > 0 ? (float)((vectors[i] - means[i % size]) / deviation) : 0;
        }
    }

    /// <summary>The sums of the distances between the vectors of any two blocks. The blocks of the second sample come first.</summary>
    private sealed class Blocks
    {
        private readonly double[][] _sums;
        private readonly double[] _totals;
        private readonly int[] _order;
        private readonly int _chosen;
        private readonly double _total;
        private readonly (double Chosen, double Others) _lengths;

        public Blocks(float[] vectors, int size, int blockLength, int chosen)
        {
            var count = vectors.Length / size;
            var sums = new double[count / blockLength][];
            for (var block = 0; block < sums.Length; block++)
                sums[block] = new double[sums.Length];
            for (var i = 0; i < count; i++)
                for (var j = 0; j < i; j++)
                {
                    var distance = Math.Sqrt(
                        size * ReconstructionScores.MeanSquaredError(vectors.AsSpan(i * size, size), vectors.AsSpan(j * size, size)));
                    sums[i / blockLength][j / blockLength] += distance;
                    sums[j / blockLength][i / blockLength] += distance;
                }
            (_sums, _chosen, _order) = (sums, chosen, [.. Enumerable.Range(0, sums.Length)]);
            _totals = Array.ConvertAll(sums, row => row.Sum());
            _total = _totals.Sum();
            _lengths = (chosen * (double)blockLength, (sums.Length - chosen) * (double)blockLength);
            MeanDistance = _total / count / count;
        }

        public double MeanDistance { get; }

        /// <summary>Draws the blocks that are the second sample.</summary>
        public void Permute(Random random)
        {
            for (var i = 0; i < _chosen; i++)
            {
                var other = random.Next(i, _order.Length);
                (_order[i], _order[other]) = (_order[other], _order[i]);
            }
        }

        public double Distance()
        {
            var (touching, within) = (0.0, 0.0);
            for (var i = 0; i < _chosen; i++)
            {
                var sums = _sums[_order[i]];
                touching += _totals[_order[i]];
                within += sums[_order[i]];
                for (var j = 0; j < i; j++)
                    within += 2 * sums[_order[j]];
            }
            var (chosen, others) = _lengths;
            var withinOthers = _total - 2 * touching + within;
            return 2 * (touching - within) / (chosen * others) - within / (chosen * chosen) - withinOthers / (others * others);
        }
    }
}
