using TorchSharp.Modules;

namespace Offline.TorchSharp.Tests;

public class ReduceLROnPlateauTests
{
    [Theory]
    [InlineData(0.1, 10, 1e-4, 0, 0, 1e-8)]
    [InlineData(0.5, 0, 1e-4, 0, 0, 1e-8)]
    [InlineData(0.5, 2, 0.05, 0, 0, 1e-8)]
    [InlineData(0.5, 1, 0.01, 3, 0, 1e-8)]
    [InlineData(0.5, 1, 0.01, 0, 0.02, 1e-8)]
    [InlineData(0.5, 0, 0.01, 1, 0, 0.005)]
    public void The_rate_follows_the_documentation(
        double factor, int patience, double threshold, int cooldown, double lowest, double eps)
    {
        using var optimizer = optim.Adam([new Parameter(zeros([1]))], 0.1);
        var group = optimizer.ParamGroups.Single();
        var scheduler = optim.lr_scheduler.ReduceLROnPlateau(
            optimizer, factor: factor, patience: patience, threshold: threshold, cooldown: cooldown, min_lr: [lowest], eps: eps);
        var reference = new Reference(0.1, factor, patience, threshold, cooldown, lowest, eps);

        // Losses that fall and level off, with noise.
        var random = new Random(5);
        var rates = new HashSet<double>();
        for (var epoch = 0; epoch < 200; epoch++)
        {
            var loss = Math.Exp(-epoch / 15.0) + 0.1 + 0.05 * random.NextDouble();
            scheduler.step(loss);
            reference.Step(loss);
            Assert.Equal(reference.Rate, group.LearningRate, 1e-15);
            rates.Add(group.LearningRate);
        }
        Assert.True(rates.Count > 2, "The sequence was to lower the rate more than once.");
        Assert.Equal(0.1, group.InitialLearningRate);
    }

    [Fact]
    public void A_rate_is_lowered_after_more_than_patience_steps_without_improvement()
    {
        using var optimizer = optim.Adam([new Parameter(zeros([1]))], 1);
        var scheduler = optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience: 2);
        var rates = new List<double>();
        foreach (var loss in (double[])[1, 1, 1, 1, 1])
        {
            scheduler.step(loss);
            rates.Add(optimizer.ParamGroups.Single().LearningRate);
        }
        Assert.Equal([1, 1, 1, 0.1, 0.1], rates);
    }

    [Fact]
    public void What_is_no_number_is_no_improvement()
    {
        using var optimizer = optim.Adam([new Parameter(zeros([1]))], 1);
        var scheduler = optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience: 0);
        scheduler.step(1);
        scheduler.step(double.NaN);
        Assert.Equal(0.1, optimizer.ParamGroups.Single().LearningRate);
    }

    [Fact]
    public void A_factor_that_does_not_lower_the_rate_is_refused()
    {
        using var optimizer = optim.Adam([new Parameter(zeros([1]))]);
        Assert.Throws<ArgumentException>(() => optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor: 1));
    }

    [Fact]
    public void What_the_stand_in_lacks_is_refused()
    {
        using var optimizer = optim.Adam([new Parameter(zeros([1]))]);
        Assert.Throws<NotSupportedException>(() => optim.lr_scheduler.ReduceLROnPlateau(optimizer, "max"));
        Assert.Throws<NotSupportedException>(() => optim.lr_scheduler.ReduceLROnPlateau(optimizer, threshold_mode: "abs"));
        Assert.Throws<NotSupportedException>(() => optim.lr_scheduler.ReduceLROnPlateau(optimizer, verbose: true));
    }

    /// <summary>
    /// PyTorch's documentation: an improvement is a loss below best * (1 - threshold); after more than `patience` epochs without
    /// one the rate is multiplied by the factor, but not below the lowest, and not at all where that changes it by eps or less;
    /// then come `cooldown` epochs that do not count.
    /// </summary>
    private sealed class Reference(double rate, double factor, int patience, double threshold, int cooldown, double lowest, double eps)
    {
        private double? _best;
        private int _bad;
        private int _cooling;

        public double Rate { get; private set; } = rate;

        public void Step(double loss)
        {
            var better = _best is null || loss < _best * (1 - threshold);
            if (better)
                _best = loss;
            if (_cooling > 0)
            {
                _cooling--;
                _bad = 0;
                return;
            }
            _bad = better ? 0 : _bad + 1;
            if (_bad <= patience)
                return;
            var lower = Math.Max(Rate * factor, lowest);
            if (Rate - lower > eps)
                Rate = lower;
            (_cooling, _bad) = (cooldown, 0);
        }
    }
}
