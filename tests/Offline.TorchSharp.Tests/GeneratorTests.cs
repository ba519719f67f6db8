namespace Offline.TorchSharp.Tests;

public class GeneratorTests
{
    private const int Count = 100_000;

    [Fact]
    public void The_same_seed_gives_the_same_numbers()
    {
        using var one = new Generator(5);
        using var same = new Generator(5);
        using var other = new Generator(6);
        var expected = Draw(one);
        Assert.Equal(expected, Draw(same));
        Assert.NotEqual(expected, Draw(other));
        Assert.NotEqual(expected, Draw(one));

        static byte[] Draw(Generator generator) =>
        [
            .. Numbers.Bits(rand([10], generator: generator)),
            .. Numbers.Bits(randn([10], generator: generator)),
            .. Numbers.Bits(randperm(10, generator: generator)),
            .. Numbers.Bits(zeros([10]).uniform_(0, 1, generator)),
            .. Numbers.Bits(zeros([10]).normal_(0, 1, generator)),
            .. Numbers.Bits(nn.init.uniform_(zeros([10]), generator: generator)),
        ];
    }

    [Fact]
    public void A_seed_gives_the_numbers_that_pytorch_gives()
    {
        // What Python prints after torch.manual_seed(0); torch.rand(5).
        double[] expected = [0.4963, 0.7682, 0.0885, 0.1320, 0.3074];
        manual_seed(0);
        Numbers.Equal(expected, rand(5), 5e-5);
        using var generator = new Generator(0);
        Numbers.Equal(expected, rand(5, generator: generator), 5e-5);
        // And torch.manual_seed(0); torch.randn(3).
        manual_seed(0);
        Numbers.Equal(new[] { 1.5410, -0.2934, -2.1788 }, randn([3]), 5e-5);
    }

    [Fact]
    public void A_generator_and_the_default_one_do_not_disturb_each_other()
    {
        using var generator = new Generator(5);
        var expected = Numbers.Bits(rand([10], generator: generator));
        manual_seed(1);
        var expectedDefault = Numbers.Bits(rand([10]));

        manual_seed(1);
        generator.manual_seed(5);
        rand([3], generator: generator);
        Assert.Equal(expectedDefault, Numbers.Bits(rand([10])));

        generator.manual_seed(5);
        rand([3]);
        Assert.Equal(expected, Numbers.Bits(rand([10], generator: generator)));
    }

    [Fact]
    public void Seeding_starts_again_and_gives_the_generator_back()
    {
        using var generator = new Generator(1);
        var expected = Numbers.Bits(rand([10], generator: generator));
        Assert.Same(generator, generator.manual_seed(1));
        Assert.Equal(expected, Numbers.Bits(rand([10], generator: generator)));
    }

    [Fact]
    public void The_seed_can_be_asked_for()
    {
        using var generator = new Generator(123);
        Assert.Equal(123, generator.initial_seed());
        rand([3], generator: generator);
        Assert.Equal(123, generator.initial_seed());
        Assert.Equal(-4, generator.manual_seed(-4).initial_seed());
        using var seeded = manual_seed(42);
        Assert.Equal(42, seeded.initial_seed());
        using var byDefault = Generator.Default;
        Assert.Equal(42, byDefault.initial_seed());
        Assert.Equal(DeviceType.CPU, generator.device.type);
    }

    [Fact]
    public void The_default_generator_is_what_torch_draws_from()
    {
        manual_seed(3);
        var expected = Numbers.Bits(rand([10]));
        using var generator = Generator.Default;
        generator.manual_seed(3);
        Assert.Equal(expected, Numbers.Bits(rand([10], generator: generator)));
        generator.manual_seed(3);
        Assert.Equal(expected, Numbers.Bits(rand([10])));
    }

    [Fact]
    public void A_disposed_generator_says_so_and_leaves_the_default_one_alive()
    {
        var generator = new Generator(1);
        generator.Dispose();
        generator.Dispose();
        Assert.Throws<ObjectDisposedException>(() => rand([1], generator: generator));
        Assert.Throws<ObjectDisposedException>(() => generator.manual_seed(1));
        Generator.Default.Dispose();
        Assert.Equal([1], rand(1).shape);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void A_random_permutation_holds_every_number_once(int count)
    {
        manual_seed(1);
        var permutation = randperm(count);
        Assert.Equal(ScalarType.Int64, permutation.dtype);
        Assert.Equal(Enumerable.Range(0, count).Select(i => (double)i), Numbers.Of(permutation).Order());
        if (count > 1)
            Assert.NotEqual(Numbers.Of(permutation), Numbers.Of(randperm(count)));
    }

    [Fact]
    public void Uniform_numbers_fill_their_range()
    {
        manual_seed(1);
        Check(Numbers.Of(rand([Count])), 0, 1);
        Check(Numbers.Of(rand([Count], float64)), 0, 1);
        Check(Numbers.Of(zeros([Count]).uniform_(-3, 5)), -3, 5);

        static void Check(double[] values, double from, double to)
        {
            Assert.All(values, value => Assert.True(value >= from && value < to));
            // The mean within five of its standard deviations.
            Assert.Equal((from + to) / 2, values.Average(), 5 * (to - from) / Math.Sqrt(12.0 * Count));
            Assert.InRange(values.Max(), to - 0.001 * (to - from), to);
        }
    }

    [Fact]
    public void Normal_numbers_have_their_mean_and_deviation()
    {
        manual_seed(1);
        Check(Numbers.Of(randn([Count])), 0, 1);
        Check(Numbers.Of(zeros([Count]).normal_(3, 0.5)), 3, 0.5);
        Check(Numbers.Of(zeros([Count], float64).normal_(-1, 2)), -1, 2);

        static void Check(double[] values, double mean, double deviation)
        {
            Assert.Equal(mean, values.Average(), 5 * deviation / Math.Sqrt(Count));
            var variance = values.Average(value => (value - mean) * (value - mean)) / (deviation * deviation);
            Assert.Equal(1, variance, 5 * Math.Sqrt(2.0 / Count));
            // Of a normal distribution 4.55 % lie beyond two deviations.
            var beyond = values.Count(value => Math.Abs(value - mean) > 2 * deviation) / (double)Count;
            Assert.Equal(0.0455, beyond, 5 * Math.Sqrt(0.0455 / Count));
        }
    }
}
