namespace FashionAE.MLNet.Tests.Anomalies;

public class ScoreDistributionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(500)]
    [InlineData(10_000)]
    public void Higher_scores_are_rarer_everywhere(int count)
    {
        var random = new Random(count);
        var distribution = ScoreDistribution.Of([.. Enumerable.Range(0, count).Select(_ => Math.Round(random.NextDouble(), 3)).Order()]);
        var rarities = Enumerable.Range(-500, 3000).Select(i => distribution.Rarity(i / 1000.0)).ToArray();
        Assert.All(rarities.Zip(rarities.Skip(1)), pair => Assert.True(pair.First < pair.Second, $"{pair}"));
        Assert.InRange(rarities[0], 0, double.PositiveInfinity);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(999)]
    public void The_share_above_the_ith_of_n_scores_is_one_minus_i_of_n_plus_one(int count)
    {
        var scores = Enumerable.Range(1, count).Select(i => (double)i * i).ToArray();
        var distribution = ScoreDistribution.Of(scores);
        for (var i = 1; i <= count; i++)
            Assert.Equal(1 - i / (count + 1.0), Math.Exp(-distribution.Rarity(scores[i - 1])), 0.6 / (count + 1)); // less than a rank
    }

    [Fact]
    public void The_tail_of_an_exponential_distribution_is_found_beyond_the_highest_score()
    {
        var random = new Random(5);
        var distribution = ScoreDistribution.Of([.. Enumerable.Range(0, 5000).Select(_ => -Math.Log(1 - random.NextDouble())).Order()]);
        // The share above x is exp(-x), and its rarity is therefore x.
        foreach (var score in new[] { 0.5, 2, 5, 10, 15 })
            Assert.Equal(score, distribution.Rarity(score), 0.12 * score);
    }

    [Fact]
    public void Rarities_follow_from_the_numbers_that_a_file_keeps()
    {
        var distribution = ScoreDistribution.Of([1, 1, 2, 5, 5, 9]);
        var again = new ScoreDistribution(distribution.Numbers);
        foreach (var score in new[] { 0, 1, 1.5, 5, 8.9, 20 })
            Assert.Equal(distribution.Rarity(score), again.Rarity(score));
        Assert.True(ScoreDistribution.Is(distribution.Numbers));
        foreach (var numbers in new float[][] { [], [1], [2, 1, 1], [1, 2, 0], [1, 2, float.NaN], [float.PositiveInfinity, 1] })
            Assert.False(ScoreDistribution.Is(numbers));
    }

    // numpy.quantile(scores, q, method="weibull"), numpy 1.24.
    [Theory]
    [InlineData(0.1, 1.0)]
    [InlineData(0.3, 2.1)]
    [InlineData(0.5, 4.0)]
    [InlineData(0.8, 15.6)]
    [InlineData(0.99, 16.0)]
    public void Quantiles_are_those_of_numpys_method_weibull(double share, double expected) =>
        Assert.Equal(expected, ScoreDistribution.Quantile([1, 2, 3, 5, 15, 16], share), 1e-9);
}
