namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Multiplies the learning rate by a factor once a value has not improved for more than `patience` steps.</summary>
                public class ReduceLROnPlateau : LRScheduler
                {
                    private readonly Optimizer _optimizer;
                    private readonly double _factor;
                    private readonly int _patience;
                    private readonly double _threshold;
                    private readonly int _cooldown;
                    private readonly double _lowest;
                    private readonly double _eps;
                    private double _best = double.PositiveInfinity;
                    private int _badSteps;
                    private int _cooldownLeft;

                    public ReduceLROnPlateau(
                        Optimizer optimizer, string mode = "min", double factor = 0.1, int patience = 10, double threshold = 0.0001,
                        string threshold_mode = "rel", int cooldown = 0, IList<double>? min_lr = null, double eps = 1E-08, bool verbose = false)
                    {
                        if (factor >= 1)
                            throw new ArgumentException("Factor should be < 1.0");
                        if (mode != "min" || threshold_mode != "rel" || verbose)
                            throw new NotSupportedException("The offline stand-in for TorchSharp minimizes with a relative threshold, quietly, only.");
                        (_optimizer, _factor, _patience, _threshold, _cooldown, _eps) = (optimizer, factor, patience, threshold, cooldown, eps);
                        _lowest = min_lr is { Count: > 0 } ? min_lr[0] : 0;
                    }

                    public override void step(double current, int? epoch = null)
                    {
                        if (current < _best * (1 - _threshold))
                            (_best, _badSteps) = (current, 0);
                        else
                            _badSteps++;
                        if (_cooldownLeft > 0)
                            (_cooldownLeft, _badSteps) = (_cooldownLeft - 1, 0);
                        if (_badSteps <= _patience)
                            return;

                        (_cooldownLeft, _badSteps) = (_cooldown, 0);
                        foreach (var group in _optimizer.ParamGroups)
                        {
                            var reduced = Math.Max(group.LearningRate * _factor, _lowest);
                            if (group.LearningRate - reduced > _eps)
                                group.LearningRate = reduced;
                        }
                    }
                }
            }
        }
    }
}
