using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// TorchSharp's Adam (Kingma and Ba 2015) and AdamW (Loshchilov and Hutter 2019) with the same results, whose steps hold their numbers
/// while libtorch reads them; see <see cref="HeldScalars"/>. State, groups and learning rates are TorchSharp's.
/// </summary>
internal sealed class AdamOptimizer : AdamW
{
    private const string MeanName = "exp_avg";
    private const string SquareName = "exp_avg_sq";
    private const string StepName = "step";

    private readonly bool _isDecoupled;

    /// <param name="parameters">What is learned.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="weightDecay">The weight decay.</param>
    /// <param name="isDecoupled">Whether the decay shrinks the weights (AdamW) or counts as part of the gradient (Adam).</param>
    public AdamOptimizer(IEnumerable<Parameter> parameters, double learningRate, double weightDecay = 0, bool isDecoupled = false)
        : base(parameters, learningRate, weight_decay: weightDecay) => _isDecoupled = isDecoupled;

    /// <summary>
    /// The state as named tensors: for each parameter the running means of its gradient and of its square, and the number of its steps,
    /// int64 []. They are copies; the caller disposes them.
    /// </summary>
    /// <param name="parameters">The parameters that are learned, by the names that their tensors shall begin with.</param>
    public Dictionary<string, Tensor> ReadState(IEnumerable<(string Name, Parameter Parameter)> parameters)
    {
        var tensors = new Dictionary<string, Tensor>();
        foreach (var (name, parameter) in parameters)
        {
            var state = (State)_state[parameter.Handle];
            tensors[$"{name}.{MeanName}"] = state.exp_avg.clone();
            tensors[$"{name}.{SquareName}"] = state.exp_avg_sq.clone();
            tensors[$"{name}.{StepName}"] = torch.tensor(state.step);
        }
        return tensors;
    }

    /// <summary>Puts a state back that <see cref="ReadState"/> has given and that is known to fit.</summary>
    public void WriteState(IEnumerable<(string Name, Parameter Parameter)> parameters, Dictionary<string, Tensor> tensors)
    {
        using var _ = no_grad();
        foreach (var (name, parameter) in parameters)
        {
            var state = (State)_state[parameter.Handle];
            state.exp_avg.copy_(tensors[$"{name}.{MeanName}"]);
            state.exp_avg_sq.copy_(tensors[$"{name}.{SquareName}"]);
            state.step = tensors[$"{name}.{StepName}"].item<long>();
        }
    }

    /// <inheritdoc/>
    public override Tensor step(Func<Tensor>? closure = null) => _step<ParamGroup>(Step, closure);

    private void Step(ParamGroup group)
    {
        var options = (Options)group.Options;
        var (beta1, beta2, learningRate, decay) = (options.beta1!.Value, options.beta2!.Value, options.LearningRate!.Value, options.weight_decay!.Value);
        using var keepMean = beta1.ToScalar();
        using var addMean = (1 - beta1).ToScalar();
        using var keepSquare = beta2.ToScalar();
        using var addSquare = (1 - beta2).ToScalar();
        using var one = 1.ToScalar();
        using var epsilon = options.eps!.Value.ToScalar();
        using var gradientDecay = decay.ToScalar();
        using var weightDecay = (1 - learningRate * decay).ToScalar();

        foreach (var parameter in group.Parameters)
        {
            using var scope = NewDisposeScope();
            if (parameter.grad is not { } gradient)
                continue;
            var state = (State)_state[parameter.Handle];
            state.step++;
            if (decay != 0 && _isDecoupled)
                parameter.mul_(weightDecay);
            else if (decay != 0)
                gradient = gradient.add(parameter, gradientDecay);

            using var squareCorrection = Math.Sqrt(1 - Math.Pow(beta2, state.step)).ToScalar();
            using var stepSize = (-learningRate / (1 - Math.Pow(beta1, state.step))).ToScalar();
            state.exp_avg.mul_(keepMean).add_(gradient, addMean);
            state.exp_avg_sq.mul_(keepSquare).addcmul_(gradient, gradient, addSquare);
            var denominator = state.exp_avg_sq.sqrt().div_(squareCorrection).add_(epsilon, one);
            parameter.addcdiv_(state.exp_avg, denominator, stepSize);
        }
    }
}
