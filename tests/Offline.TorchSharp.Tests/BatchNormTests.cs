using TorchSharp.Modules;
using F = TorchSharp.torch.nn.functional;

namespace Offline.TorchSharp.Tests;

public class BatchNormTests
{
    private const int Rows = 6;
    private const int Columns = 4;
    private readonly double[,] _input = Numbers.Draw(1, Rows, Columns);
    private readonly double[] _weight = Numbers.Draw(2, Columns);
    private readonly double[] _bias = Numbers.Draw(3, Columns);

    [Fact]
    public void Training_normalizes_by_the_statistics_of_the_batch()
    {
        var expected = Normalized(Enumerable.Range(0, Columns).Select(Mean), Enumerable.Range(0, Columns).Select(j => Squares(j) / Rows));
        var (mean, variance) = (zeros([Columns], float64), ones([Columns], float64));
        Numbers.Equal(expected, F.batch_norm(from_array(_input), mean, variance, from_array(_weight), from_array(_bias), training: true));
    }

    [Fact]
    public void Training_moves_the_running_statistics_by_the_momentum()
    {
        var (mean, variance) = (full([Columns], 0.5, float64), full([Columns], 2.0, float64));
        F.batch_norm(from_array(_input), mean, variance, training: true);
        // PyTorch's documentation: new = 0.9 * old + 0.1 * observed, the observed variance being the unbiased one.
        Numbers.Equal(Enumerable.Range(0, Columns).Select(j => 0.9 * 0.5 + 0.1 * Mean(j)).ToArray(), mean);
        Numbers.Equal(Enumerable.Range(0, Columns).Select(j => 0.9 * 2 + 0.1 * Squares(j) / (Rows - 1)).ToArray(), variance);

        F.batch_norm(from_array(_input), mean.fill_(0), variance.fill_(0), training: true, momentum: 1);
        Numbers.Equal(Enumerable.Range(0, Columns).Select(Mean).ToArray(), mean);
    }

    [Fact]
    public void Evaluation_normalizes_by_the_running_statistics_and_leaves_them()
    {
        double[] means = [0.1, -0.2, 0.3, 0];
        double[] variances = [1, 0.5, 2, 3];
        var (mean, variance) = (from_array(means), from_array(variances));
        var actual = F.batch_norm(from_array(_input), mean, variance, from_array(_weight), from_array(_bias));
        Numbers.Equal(Normalized(means, variances), actual);
        Numbers.Equal(means, mean, 0);
        Numbers.Equal(variances, variance, 0);
    }

    [Fact]
    public void The_module_starts_as_an_identity_and_counts_its_batches()
    {
        using var module = nn.BatchNorm1d(Columns);
        var state = module.state_dict();
        Assert.Equal(
            ["bias", "num_batches_tracked", "running_mean", "running_var", "weight"],
            state.Keys.Order());
        Numbers.Equal(new[] { 1, 1, 1, 1 }, state["weight"], 0);
        Numbers.Equal(new double[4], state["bias"], 0);
        Numbers.Equal(new double[4], state["running_mean"], 0);
        Numbers.Equal(new[] { 1, 1, 1, 1 }, state["running_var"], 0);

        module.call(from_array(_input, float32));
        module.call(from_array(_input, float32));
        Numbers.Equal(2, state["num_batches_tracked"], 0);
        // 0.1 of the observed after one batch, 0.19 after two.
        Numbers.Equal(Enumerable.Range(0, Columns).Select(j => 0.19 * Mean(j)).ToArray(), state["running_mean"], 1e-6);

        module.eval();
        module.call(from_array(_input, float32));
        Numbers.Equal(2, state["num_batches_tracked"], 0);
        Numbers.Equal(Enumerable.Range(0, Columns).Select(j => 0.19 * Mean(j)).ToArray(), state["running_mean"], 1e-6);
    }

    [Fact]
    public void The_module_normalizes_by_the_batch_in_training_and_by_its_statistics_in_evaluation()
    {
        using var module = nn.BatchNorm1d(Columns);
        Set(module, "weight", _weight);
        Set(module, "bias", _bias);
        var batch = Normalized(Enumerable.Range(0, Columns).Select(Mean), Enumerable.Range(0, Columns).Select(j => Squares(j) / Rows));
        Numbers.Equal(batch, module.call(from_array(_input, float32)), 1e-5);

        module.eval();
        var running = Normalized(
            Enumerable.Range(0, Columns).Select(j => 0.1 * Mean(j)),
            Enumerable.Range(0, Columns).Select(j => 0.9 + 0.1 * Squares(j) / (Rows - 1)));
        Numbers.Equal(running, module.call(from_array(_input, float32)), 1e-5);
    }

    private static void Set(BatchNorm1d module, string name, double[] values)
    {
        using var _ = no_grad();
        module.state_dict()[name].copy_(from_array(values));
    }

    private double[,] Normalized(IEnumerable<double> means, IEnumerable<double> variances)
    {
        double[] mean = [.. means];
        double[] variance = [.. variances];
        var result = new double[Rows, Columns];
        for (var i = 0; i < Rows; i++)
            for (var j = 0; j < Columns; j++)
                result[i, j] = (_input[i, j] - mean[j]) / Math.Sqrt(variance[j] + 1e-5) * _weight[j] + _bias[j];
        return result;
    }

    private double Mean(int column) => Enumerable.Range(0, Rows).Average(i => _input[i, column]);

    private double Squares(int column) => Enumerable.Range(0, Rows).Sum(i => Math.Pow(_input[i, column] - Mean(column), 2));
}
