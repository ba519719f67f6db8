namespace Microsoft.ML.Trainers;

/// <summary>
/// Minimizes a smooth function plus the magnitudes of some parameters by OWL-QN (Andrew and Gao 2007), which is L-BFGS
/// within the orthant of the current point. Without magnitudes it is L-BFGS.
/// </summary>
internal sealed class OrthantMinimizer(Func<double[], double[], double> function)
{
    private const double SufficientDecrease = 1e-4;
    private const double OlderImprovements = 0.25;
    private const int MostHalvings = 60;

    private readonly List<(double[] Step, double[] Change, double Product)> _history = [];

    /// <summary>Gets how many parameters at the beginning are free: without a penalty and of either sign.</summary>
    public int FreeCount { get; init; }

    /// <summary>Gets what a magnitude of 1 costs.</summary>
    public double Penalty { get; init; }

    /// <summary>Gets a value indicating whether parameters that are not free cannot be negative.</summary>
    public bool IsNonNegative { get; init; }

    /// <summary>Gets the mean improvement, older ones counting less, below which it ends.</summary>
    public double Tolerance { get; init; }

    public int HistorySize { get; init; }

    private bool IsConstrained => Penalty > 0 || IsNonNegative;

    /// <summary>The minimum from a start at 0.</summary>
    public double[] Minimize(int count)
    {
        var (point, gradient) = (new double[count], new double[count]);
        var value = function(point, gradient);
        for (var improvements = double.NaN; ;)
        {
            var slopes = Slopes(point, gradient);
            if (slopes.All(slope => slope == 0) || !TryStep(point, slopes, value, out var next, out var nextGradient, out var nextValue))
                return point;
            Remember(Subtract(next, point), Subtract(nextGradient, gradient));
            improvements = value - nextValue + (double.IsNaN(improvements) ? 0 : OlderImprovements * improvements);
            (point, gradient, value) = (next, nextGradient, nextValue);
            if (improvements * (1 - OlderImprovements) < Tolerance)
                return point;
        }
    }

    private static double Dot(double[] left, double[] right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }

    private static double[] Subtract(double[] left, double[] right) => left.Zip(right, (a, b) => a - b).ToArray();

    private static void AddScaled(double[] vector, double scale, double[] sum)
    {
        for (var i = 0; i < sum.Length; i++)
            sum[i] += scale * vector[i];
    }

    /// <summary>The gradient with the penalty; at a corner the side that leads down, or 0 where none does.</summary>
    private double[] Slopes(double[] point, double[] gradient)
    {
        var slopes = (double[])gradient.Clone();
        if (!IsConstrained)
            return slopes;
        for (var i = FreeCount; i < slopes.Length; i++)
        {
            var (up, down) = (gradient[i] + Penalty, gradient[i] - Penalty);
            if (point[i] != 0)
                slopes[i] = point[i] > 0 ? up : down;
            else if (up < 0)
                slopes[i] = up;
            else
                slopes[i] = down > 0 && !IsNonNegative ? down : 0;
        }
        return slopes;
    }

    private bool TryStep(double[] point, double[] slopes, double value, out double[] next, out double[] nextGradient, out double nextValue)
    {
        var direction = Direction(slopes);
        (next, nextGradient, nextValue) = (new double[point.Length], new double[point.Length], value);
        var length = _history.Count == 0 ? 1 / Math.Sqrt(Dot(slopes, slopes)) : 1.0;
        for (var halvings = 0; halvings < MostHalvings; halvings++, length /= 2)
        {
            for (var i = 0; i < point.Length; i++)
                next[i] = WithinOrthant(i, point[i], slopes[i], point[i] + length * direction[i]);
            nextValue = function(next, nextGradient) + Magnitudes(next);
            if (nextValue <= value + SufficientDecrease * Dot(slopes, Subtract(next, point)))
                return nextValue < value;
        }
        return false;
    }

    private double Magnitudes(double[] point) => Penalty == 0 ? 0 : Penalty * point.Skip(FreeCount).Sum(Math.Abs);

    private double WithinOrthant(int index, double from, double slope, double to)
    {
        if (!IsConstrained || index < FreeCount)
            return to;
        var sign = from != 0 ? Math.Sign(from) : -Math.Sign(slope);
        return Math.Sign(to) == sign ? to : 0;
    }

    /// <summary>Down by the two loops of L-BFGS; what would not lead down in a constrained parameter is left out.</summary>
    private double[] Direction(double[] slopes)
    {
        var direction = Array.ConvertAll(slopes, slope => -slope);
        if (_history.Count == 0)
            return direction;
        var factors = new double[_history.Count];
        for (var i = _history.Count - 1; i >= 0; i--)
        {
            factors[i] = Dot(_history[i].Step, direction) / _history[i].Product;
            AddScaled(_history[i].Change, -factors[i], direction);
        }
        var last = _history[^1];
        var scale = last.Product / Dot(last.Change, last.Change);
        for (var i = 0; i < direction.Length; i++)
            direction[i] *= scale;
        for (var i = 0; i < _history.Count; i++)
            AddScaled(_history[i].Step, factors[i] - Dot(_history[i].Change, direction) / _history[i].Product, direction);
        if (IsConstrained)
            for (var i = FreeCount; i < direction.Length; i++)
                if (direction[i] * slopes[i] >= 0)
                    direction[i] = 0;
        if (Dot(direction, slopes) < 0)
            return direction;
        _history.Clear();
        return Array.ConvertAll(slopes, slope => -slope);
    }

    private void Remember(double[] step, double[] change)
    {
        // The function is convex, so only rounding makes a product that is not positive.
        if (Dot(step, change) is var product && product <= 1e-300)
            return;
        if (_history.Count == HistorySize)
            _history.RemoveAt(0);
        _history.Add((step, change, product));
    }
}
