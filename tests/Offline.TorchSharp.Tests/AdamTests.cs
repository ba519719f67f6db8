using TorchSharp.Modules;

namespace Offline.TorchSharp.Tests;

public class AdamTests
{
    private const double Beta1 = 0.85;
    private const double Beta2 = 0.98;
    private const double Eps = 1e-5;

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.1, false)]
    [InlineData(0, true)]
    [InlineData(0.1, true)]
    public void Twenty_steps_follow_the_papers(double decay, bool decoupled)
    {
        var start = Numbers.Draw(1, 6);
        var parameter = new Parameter(from_array(start).reshape(2, 3));
        var other = new Parameter(from_array(Numbers.Draw(2, 5)));
        using var optimizer = Make([parameter, other], 0.05, decay, decoupled);
        var reference = new Reference(start, decay, decoupled);
        var otherReference = new Reference(Numbers.Draw(2, 5), decay, decoupled);
        for (var step = 0; step < 20; step++)
        {
            var (gradient, otherGradient) = (Numbers.Draw(100 + step, 6), Numbers.Draw(200 + step, 5));
            parameter.grad = from_array(gradient).reshape(2, 3);
            other.grad = from_array(otherGradient);
            optimizer.step();
            reference.Step(gradient, 0.05);
            otherReference.Step(otherGradient, 0.05);
        }
        Numbers.Equal(reference.Values, parameter.reshape(6));
        Numbers.Equal(otherReference.Values, other);
    }

    [Fact]
    public void Single_precision_follows_too()
    {
        var start = Numbers.Draw(1, 6);
        var parameter = new Parameter(from_array(start, float32));
        using var optimizer = optim.Adam([parameter]);
        var reference = new Reference(start, 0, false, 0.9, 0.999, 1e-8);
        for (var step = 0; step < 20; step++)
        {
            parameter.grad = from_array(Numbers.Draw(100 + step, 6), float32);
            optimizer.step();
            reference.Step(Numbers.Draw(100 + step, 6), 0.001);
        }
        Numbers.Equal(reference.Values, parameter, 1e-6);
    }

    [Fact]
    public void Parameters_without_a_gradient_are_left_alone_and_do_not_count_the_step()
    {
        var start = Numbers.Draw(1, 3);
        var always = new Parameter(from_array(start));
        var sometimes = new Parameter(from_array(start));
        var never = new Parameter(from_array(start));
        using var optimizer = Make([always, sometimes, never], 0.05, 0.1, true);
        var (alwaysReference, sometimesReference) = (new Reference(start, 0.1, true), new Reference(start, 0.1, true));
        for (var step = 0; step < 10; step++)
        {
            var gradient = Numbers.Draw(100 + step, 3);
            optimizer.zero_grad();
            always.grad = from_array(gradient);
            alwaysReference.Step(gradient, 0.05);
            if (step % 3 == 1)
            {
                sometimes.grad = from_array(gradient);
                sometimesReference.Step(gradient, 0.05);
            }
            optimizer.step();
        }
        Numbers.Equal(alwaysReference.Values, always);
        Numbers.Equal(sometimesReference.Values, sometimes);
        Numbers.Equal(start, never, 0);
    }

    [Fact]
    public void The_learning_rate_can_be_changed_between_steps()
    {
        var start = Numbers.Draw(1, 3);
        var parameter = new Parameter(from_array(start));
        using var optimizer = Make([parameter], 0.05, 0.1, true);
        var reference = new Reference(start, 0.1, true);
        foreach (var rate in (double[])[0.05, 0.01, 0])
        {
            optimizer.ParamGroups.Single().LearningRate = rate;
            parameter.grad = from_array(Numbers.Draw(9, 3));
            optimizer.step();
            reference.Step(Numbers.Draw(9, 3), rate);
        }
        Numbers.Equal(reference.Values, parameter);
        Assert.Equal(0.05, optimizer.ParamGroups.Single().InitialLearningRate);
    }

    [Fact]
    public void A_closure_is_called_before_the_step_and_its_loss_is_returned()
    {
        var parameter = new Parameter(ones([1]));
        using var optimizer = optim.Adam([parameter], 0.1);
        var loss = optimizer.step(() =>
        {
            var result = parameter.square().sum();
            result.backward();
            return result;
        });
        Numbers.Equal(1, loss!, 0);
        // The first step of Adam is the learning rate against the sign of the gradient.
        Numbers.Equal(new[] { 0.9 }, parameter, 1e-6);
    }

    [Fact]
    public void Zero_grad_takes_the_gradients_away()
    {
        var parameter = new Parameter(ones([2]));
        using var optimizer = optim.AdamW([parameter]);
        parameter.sum().backward();
        Assert.NotNull(parameter.grad);
        optimizer.zero_grad();
        Assert.Null(parameter.grad);
        Assert.Equal([parameter], optimizer.parameters());
    }

    [Fact]
    public void Moments_outlive_the_scope_in_which_the_optimizer_was_made()
    {
        var parameter = new Parameter(ones([2])).DetachFromDisposeScope();
        OptimizerHelper optimizer;
        using (NewDisposeScope())
            optimizer = optim.Adam([(Parameter)parameter], 0.1);
        parameter.grad = ones([2]);
        optimizer.step();
        Numbers.Equal(new[] { 0.9, 0.9 }, parameter, 1e-6);
        optimizer.Dispose();
    }

    [Fact]
    public void What_the_stand_in_lacks_is_refused()
    {
        Assert.Throws<NotSupportedException>(() => optim.Adam([], amsgrad: true));
        Assert.Throws<NotSupportedException>(() => optim.AdamW([], maximize: true));
    }

    private static OptimizerHelper Make(IEnumerable<Parameter> parameters, double rate, double decay, bool decoupled) =>
        decoupled
            ? optim.AdamW(parameters, rate, Beta1, Beta2, Eps, decay)
            : optim.Adam(parameters, rate, Beta1, Beta2, Eps, decay);

    /// <summary>Kingma and Ba 2015, algorithm 1, with the decay of the weights in the gradient or, by Loshchilov and Hutter 2019, beside it.</summary>
    private sealed class Reference(double[] start, double decay, bool decoupled, double beta1 = Beta1, double beta2 = Beta2, double eps = Eps)
    {
        private readonly double[] _m = new double[start.Length];
        private readonly double[] _v = new double[start.Length];
        private int _t;

        public double[] Values { get; } = [.. start];

        public void Step(double[] gradient, double rate)
        {
            _t++;
            for (var i = 0; i < Values.Length; i++)
            {
                var g = gradient[i] + (decoupled ? 0 : decay * Values[i]);
                _m[i] = beta1 * _m[i] + (1 - beta1) * g;
                _v[i] = beta2 * _v[i] + (1 - beta2) * g * g;
                var m = _m[i] / (1 - Math.Pow(beta1, _t));
                var v = _v[i] / (1 - Math.Pow(beta2, _t));
                Values[i] -= rate * (m / (Math.Sqrt(v) + eps) + (decoupled ? decay * Values[i] : 0));
            }
        }
    }
}
