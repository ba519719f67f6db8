using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Augmentation;

public class GaussianNoiseTests
{
    [Fact]
    public void Noise_has_mean_zero_and_the_given_standard_deviation()
    {
        const double Factor = 0.05;
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        // Ten standard deviations from either bound, so that nothing is clamped.
        var noise = new GaussianNoise(Factor).Apply(full([100, 1, 28, 28], 0.5), generator).Doubles().Select(value => value - 0.5).ToArray();

        // Bounds of five standard errors.
        Assert.InRange(noise.Average(), -5 * Factor / Math.Sqrt(noise.Length), 5 * Factor / Math.Sqrt(noise.Length));
        var deviation = Math.Sqrt(noise.Average(value => value * value));
        Assert.InRange(deviation / Factor, 1 - 5 / Math.Sqrt(2.0 * noise.Length), 1 + 5 / Math.Sqrt(2.0 * noise.Length));
        // 68.27% of a normal distribution is within one standard deviation.
        Assert.InRange(noise.Count(value => Math.Abs(value) < Factor) / (double)noise.Length, 0.67, 0.695);
    }

    [Fact]
    public void Results_are_clamped_to_the_unit_range()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var noisy = new GaussianNoise(0.25).Apply(cat([zeros([50, 1, 28, 28]), ones([50, 1, 28, 28])]), generator).Doubles();
        Assert.All(noisy, value => Assert.InRange(value, 0, 1));
        // At a bound, half of the noise is cut off.
        Assert.InRange(noisy.Take(39200).Count(value => value == 0) / 39200.0, 0.48, 0.52);
        Assert.InRange(noisy.Skip(39200).Count(value => value == 1) / 39200.0, 0.48, 0.52);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_does_not()
    {
        using var scope = NewDisposeScope();
        var images = full([4, 1, 28, 28], 0.5);
        var before = images.Bits();
        var results = new long[] { 1, 1, 2 }.Select(seed =>
        {
            using var generator = new Generator((ulong)seed);
            return new GaussianNoise().Apply(images, generator).Bits();
        }).ToArray();
        Assert.Equal(results[0], results[1]);
        Assert.NotEqual(results[0], results[2]);
        Assert.Equal(before, images.Bits());
    }

    [Fact]
    public void A_factor_of_zero_leaves_images_unchanged()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var images = rand([3, 1, 28, 28], generator: generator);
        TensorValues.AssertSameBits(images, new GaussianNoise(0).Apply(images, generator));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void An_invalid_standard_deviation_is_refused(double factor) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianNoise(factor));
}
