using FashionAE.MLNet.Tests.Support;

namespace FashionAE.MLNet.Tests.Monitoring;

public class EnergyTestTests
{
    public static TheoryData<string> Cases => RecordedDrift.Names("codes");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Distance_and_p_value_are_those_of_scipy_and_of_permutations_there(string name)
    {
        var recorded = RecordedDrift.Case("codes", name);
        var size = (int)recorded.Number("size");
        var found = EnergyTest.Test(recorded.Singles("first"), recorded.Singles("second"), size, permutations: 9999, seed: 1);
        Assert.Equal(recorded.Number("distance"), found.Distance, 1e-6);
        // Both p-values are shares of random permutations: one of 20,000, the other of 9,999.
        var p = recorded.Number("p");
        Assert.Equal(p, found.PValue, 5 * Math.Sqrt(p * (1 - p) * (1 / 20_000.0 + 1 / 9_999.0)));
    }

    [Fact]
    public void Where_nothing_differs_every_share_of_p_values_is_as_often_lower()
    {
        const int Trials = 2000;
        var random = new Random(5);
        // 300 vectors are compared in blocks of three.
        var values = Enumerable.Range(0, Trials).Select(trial => EnergyTest.Test(Normal(random, 70, 2), Normal(random, 300, 2), 2, 99, trial).PValue).ToArray();
        foreach (var level in new[] { 0.01, 0.05, 0.5 })
        {
            var deviation = Math.Sqrt(level * (1 - level) / Trials);
            Assert.Equal(level, values.Count(p => p <= level + 1e-9) / (double)Trials, 4 * deviation);
        }
    }

    [Theory]
    [InlineData(64)]
    [InlineData(500)]
    [InlineData(3000)]
    public void A_spread_and_a_dependence_are_found_where_means_are_equal(int rows)
    {
        var random = new Random(2);
        var (then, spread, dependent) = (Normal(random, 1000, 2), Normal(random, rows, 2), Normal(random, rows, 2));
        for (var i = 0; i < spread.Length; i++)
            spread[i] *= 2;
        for (var i = 0; i < dependent.Length; i += 2)
            dependent[i + 1] = dependent[i] + 0.2f * dependent[i + 1];
        Assert.InRange(EnergyTest.Test(then, spread, 2, 999, 1).PValue, 0, 0.005);
        Assert.InRange(EnergyTest.Test(then, dependent, 2, 999, 1).PValue, 0, 0.005);
    }

    [Fact]
    public void Slots_that_vary_by_rounding_alone_are_no_change()
    {
        var random = new Random(3);
        var (then, now) = (Normal(random, 400, 2), Normal(random, 300, 2));
        for (var i = 1; i < then.Length; i += 2)
            then[i] = 1;
        for (var i = 1; i < now.Length; i += 2)
            now[i] = 1.00001f;
        Assert.InRange(EnergyTest.Test(then, now, 2, 999, 1).PValue, 0.05, 1);
    }

    /// <summary>As in a monitor, all windows are compared with one reference, here the most unusual of many.</summary>
    [Fact]
    public void Caution_keeps_the_rate_with_an_unusual_reference()
    {
        const int Windows = 400, Level = 20;
        var random = new Random(6);
        // The reference that is the farthest from a large sample.
        var large = Normal(random, 1000, 3);
        var unusual = Enumerable.Range(0, 20).Select(_ => Normal(random, 200, 3)).MaxBy(then => EnergyTest.Test(large, then, 3, 0, 1).Distance)!;
        int Alarms(double caution) => Enumerable.Range(0, Windows)
            .Count(number => EnergyTest.Test(unusual, Normal(random, 100, 3), 3, 99, number, caution).PValue <= 1.0 / Level + 1e-9);
        var (exact, cautious) = (Alarms(1), Alarms((1 / 100.0 + 2 / 200.0) / (1 / 100.0 + 1 / 200.0)));
        Assert.True(exact > Windows / Level, $"{exact} of {Windows}");
        Assert.InRange(cautious, 0, Windows / Level);
    }

    [Fact]
    public void Equal_vectors_are_no_change()
    {
        var found = EnergyTest.Test(new float[300], new float[200], 2, 99, 1);
        Assert.Equal((0, 1), (found.Distance, found.PValue));
    }

    [Fact]
    public void The_seed_alone_decides_the_p_value()
    {
        var random = new Random(4);
        var (then, now) = (Normal(random, 200, 3), Normal(random, 200, 3));
        var found = EnergyTest.Test(then, now, 3, 999, 1);
        Assert.Equal(found, EnergyTest.Test(then, now, 3, 999, 1));
        Assert.NotEqual(found.PValue, EnergyTest.Test(then, now, 3, 999, 2).PValue);
    }

    private static float[] Normal(Random random, int rows, int size) =>
        [.. Enumerable.Range(0, rows * size).Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
}
