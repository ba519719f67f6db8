using F = TorchSharp.torch.nn.functional;

namespace Offline.TorchSharp.Tests;

public class LossTests
{
    private readonly double[] _input = Numbers.Draw(1, 12);
    private readonly double[] _target = Numbers.Draw(2, 12);

    [Fact]
    public void Squared_errors_are_kept_averaged_or_summed() =>
        CheckReductions(F.mse_loss, _input.Zip(_target, (x, y) => (x - y) * (x - y)));

    [Fact]
    public void Absolute_errors_are_kept_averaged_or_summed() =>
        CheckReductions(F.l1_loss, _input.Zip(_target, (x, y) => Math.Abs(x - y)));

    [Fact]
    public void Modules_of_losses_reduce_as_they_were_made_to()
    {
        CheckReductions((x, y, reduction) => nn.MSELoss(reduction).call(x, y), _input.Zip(_target, (x, y) => (x - y) * (x - y)));
        CheckReductions((x, y, reduction) => nn.L1Loss(reduction).call(x, y), _input.Zip(_target, (x, y) => Math.Abs(x - y)));
        Numbers.Equal(1, nn.MSELoss().call(zeros([4]), ones([4])), 0);
        Numbers.Equal(1, nn.L1Loss().call(zeros([4]), ones([4])), 0);
    }

    [Fact]
    public void Cross_entropy_is_the_negative_log_of_the_softmax_at_the_class()
    {
        long[] classes = [2, 0, 1];
        double[] losses = [.. classes.Select((c, i) => -LogSoftmax(i)[c])];
        var (scores, target) = (from_array(_input).reshape(3, 4), tensor(classes));
        Numbers.Equal(losses, F.cross_entropy(scores, target, reduction: nn.Reduction.None));
        Numbers.Equal(losses.Average(), F.cross_entropy(scores, target));
        Numbers.Equal(losses.Sum(), F.cross_entropy(scores, target, reduction: nn.Reduction.Sum));
    }

    [Fact]
    public void Cross_entropy_weighs_classes_and_divides_by_the_weights_in_use()
    {
        double[] weights = [0.1, 2, 3, 0.5];
        var expected = -(3 * LogSoftmax(0)[2] + 0.1 * LogSoftmax(1)[0] + 2 * LogSoftmax(2)[1]) / (3 + 0.1 + 2);
        var scores = from_array(_input).reshape(3, 4);
        Numbers.Equal(expected, F.cross_entropy(scores, tensor(new long[] { 2, 0, 1 }), from_array(weights)));
    }

    [Fact]
    public void Cross_entropy_leaves_ignored_classes_out()
    {
        var expected = -(LogSoftmax(0)[2] + LogSoftmax(2)[1]) / 2;
        var scores = from_array(_input).reshape(3, 4);
        Numbers.Equal(expected, F.cross_entropy(scores, tensor(new long[] { 2, -100, 1 })));
        Numbers.Equal(expected, F.cross_entropy(scores, tensor(new long[] { 2, 3, 1 }), ignore_index: 3));
    }

    [Fact]
    public void Smoothed_labels_share_with_all_classes()
    {
        // Szegedy et al. 2016: the target is 1 - e at the class plus e / K everywhere.
        long[] classes = [2, 0, 1];
        var expected = classes.Select((c, i) => -(0.9 * LogSoftmax(i)[c] + 0.1 * LogSoftmax(i).Average())).Average();
        Numbers.Equal(expected, F.cross_entropy(from_array(_input).reshape(3, 4), tensor(classes), label_smoothing: 0.1));
    }

    private void CheckReductions(Func<Tensor, Tensor, nn.Reduction, Tensor> loss, IEnumerable<double> errors)
    {
        double[] each = [.. errors];
        var (input, target) = (from_array(_input), from_array(_target));
        Numbers.Equal(each, loss(input, target, nn.Reduction.None));
        Numbers.Equal(each.Average(), loss(input, target, nn.Reduction.Mean));
        Numbers.Equal(each.Sum(), loss(input, target, nn.Reduction.Sum));
    }

    private double[] LogSoftmax(int row)
    {
        var scores = _input[(4 * row)..(4 * row + 4)];
        var total = Math.Log(scores.Sum(Math.Exp));
        return [.. scores.Select(score => score - total)];
    }
}
