using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Scores;

public class BatchScoresTests
{
    // An image in the middle of a batch starts at an odd address.
    private static readonly ImageShape Shape = new(1, 13, 15);
    private static readonly float[] Targets = Values(300, 1);
    private static readonly float[] Reconstructions = Values(300, 2);

    public static TheoryData<string> Names => [.. Enum.GetNames<ImageScore>()];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_score_has_the_same_bits_in_a_batch_of_any_size(string name)
    {
        var alone = Scores(Enum.Parse<ImageScore>(name), 1, _ => false);
        Assert.Equal(300, alone.Select(score => score[0]).Distinct().Count());
        Assert.All([7, 256], size => Assert.Equal(alone, Scores(Enum.Parse<ImageScore>(name), size, _ => false)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Missing_rows_are_NaN_and_change_no_other(string name)
    {
        var score = Enum.Parse<ImageScore>(name);
        var expected = Scores(score, 7, _ => false);
        var actual = Scores(score, 7, row => row % 7 is 0 or 3);
        for (var row = 0; row < 300; row++)
            Assert.Equal(row % 7 is 0 or 3 ? Array.ConvertAll(expected[row], _ => BitConverter.SingleToUInt32Bits(float.NaN)) : expected[row], actual[row]);
    }

    [Fact]
    public void Each_score_is_computed_once_per_batch_when_it_is_first_read()
    {
        var asked = 0;
        var scores = new BatchScores(Shape, () => (++asked > 0 ? Targets : [], Reconstructions), _ => false);
        var slot = new RowSlot { Count = 5, Index = 0 };
        scores.Begin(5);
        var getMse = (ValueGetter<float>)scores.MakeGetter(ImageScore.MeanSquaredError, slot);
        var getMap = (ValueGetter<VBuffer<float>>)scores.MakeGetter(ImageScore.SquaredError, slot);
        Assert.Equal(0, asked);
        var (mse, map) = (0f, default(VBuffer<float>));
        for (; slot.Index < 5; slot.Index++)
        {
            getMse(ref mse);
            Assert.Equal(1, asked);
        }
        slot.Index = 4;
        getMap(ref map);
        Assert.Equal(2, asked);
        scores.Begin(2);
        slot.Index = 0;
        getMap(ref map);
        Assert.Equal(3, asked);
    }

    [Fact]
    public void Factors_multiply_the_mean_squared_errors_of_their_rows()
    {
        float[] Read(Func<double[]?>? factors)
        {
            var scores = new BatchScores(Shape, () => (Targets, Reconstructions), _ => false, factors);
            var slot = new RowSlot { Count = 3 };
            var get = (ValueGetter<float>)scores.MakeGetter(ImageScore.MeanSquaredError, slot);
            scores.Begin(3);
            var value = 0f;
            return [.. Enumerable.Range(0, 3).Select(row =>
            {
                slot.Index = row;
                get(ref value);
                return value;
            })];
        }
        var plain = Read(null);
        Assert.Equal(plain, Read(() => null));
        Assert.Equal([plain[0], 4 * plain[1], plain[2] / 2], Read(() => [1, 4, 0.5]));
    }

    /// <summary>The bits of the scores of all rows, for a given batch size.</summary>
    private static uint[][] Scores(ImageScore score, int batchSize, Func<int, bool> isMissing)
    {
        var slot = new RowSlot();
        var (targets, reconstructions) = (new float[batchSize * Shape.Size], new float[batchSize * Shape.Size]);
        var scores = new BatchScores(Shape, () => (targets, reconstructions), isMissing);
        var getter = scores.MakeGetter(score, slot);
        var all = new List<uint[]>();
        for (var start = 0; start < 300; start += batchSize)
        {
            slot.Count = Math.Min(batchSize, 300 - start);
            var values = (start * Shape.Size)..((start + slot.Count) * Shape.Size);
            Targets.AsSpan(values).CopyTo(targets);
            Reconstructions.AsSpan(values).CopyTo(reconstructions);
            scores.Begin(slot.Count);
            for (slot.Index = 0; slot.Index < slot.Count; slot.Index++)
            {
                var (number, map) = (0f, default(VBuffer<float>));
                if (getter is ValueGetter<VBuffer<float>> getMap)
                    getMap(ref map);
                else
                    ((ValueGetter<float>)getter)(ref number);
                all.Add([.. map.Length > 0 ? map.DenseValues().Select(BitConverter.SingleToUInt32Bits) : [BitConverter.SingleToUInt32Bits(number)]]);
            }
        }
        return [.. all];
    }

    private static float[] Values(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count * Shape.Size).Select(_ => random.NextSingle())];
    }
}
