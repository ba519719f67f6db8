using FashionAE.MLNet.Tests.Support;

namespace FashionAE.MLNet.Tests.Monitoring;

public class KolmogorovSmirnovTests
{
    public static TheoryData<string> Cases => RecordedDrift.Names("scores");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Statistic_and_p_value_are_those_of_scipy(string name)
    {
        var recorded = RecordedDrift.Case("scores", name);
        float[] first = [.. recorded.Singles("first").Order()], second = [.. recorded.Singles("second").Order()];
        var found = KolmogorovSmirnov.Test(first, second);
        Assert.Equal(recorded.Number("statistic"), found.Statistic, 1e-12);
        // The tolerance is relative to the p-value, which is far below 1e-6 for very different samples.
        Assert.Equal(1, found.PValue / recorded.Number("p"), 1e-6);
        Assert.Equal(recorded.GetProperty("is_second_higher").GetBoolean(), found.IsHigher);
        Assert.Equal(found.PValue, KolmogorovSmirnov.Test(second, first).PValue, 1e-12);
    }

    [Fact]
    public void The_probabilities_of_all_orders_of_few_values_are_counted()
    {
        const int First = 4, Second = 3;
        // All ways to assign three of the places 0..6 to the second sample.
        var samples = Enumerable.Range(0, 1 << (First + Second)).Where(bits => int.PopCount(bits) == Second)
            .Select(bits => Enumerable.Range(0, First + Second).ToLookup(place => (bits >> place & 1) == 1, place => (float)place))
            .Select(places => KolmogorovSmirnov.Test([.. places[false]], [.. places[true]])).ToArray();
        Assert.All(samples, sample => Assert.Equal(
            samples.Count(other => other.Statistic >= sample.Statistic - 1e-9) / (double)samples.Length, sample.PValue, 1e-12));
    }

    [Fact]
    public void Infinite_values_are_the_highest()
    {
        var found = KolmogorovSmirnov.Test([1, 2, 3, 4], [1, 2, float.PositiveInfinity, float.PositiveInfinity]);
        Assert.Equal((0.5, true), (found.Statistic, found.IsHigher));
    }
}
