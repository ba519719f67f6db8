namespace FashionAE.MLNet.Tests.Anomalies;

public class PixelErrorsTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.01)]
    [InlineData(0.0001)]
    public void The_share_above_is_at_most_the_given_share_and_lower_by_at_most_a_bin(double share)
    {
        var random = new Random(3);
        var values = Enumerable.Range(0, 100_000).Select(_ => MathF.Pow(random.NextSingle(), 4)).ToArray();
        var errors = new PixelErrors();
        errors.Add(values.AsSpan(0, 1000));
        errors.Add(values.AsSpan(1000));
        var found = errors.Above(share);
        Assert.InRange(values.Count(value => value > found), 0, share * values.Length);
        Assert.InRange(values.Count(value => value > found * 0.999f), share * values.Length - 1, values.Length);
    }

    [Fact]
    public void Where_all_are_alike_none_is_above()
    {
        var errors = new PixelErrors();
        errors.Add(new float[100]);
        Assert.InRange(errors.Above(0.01), 0, 1e-30f);
        errors.Add(Enumerable.Repeat(0.25f, 1000).ToArray());
        Assert.InRange(errors.Above(0.01), 0.25f, 0.2502f);
    }
}
