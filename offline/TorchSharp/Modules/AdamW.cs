using static TorchSharp.torch;

namespace TorchSharp.Modules;

public class AdamW : OptimizerHelper
{
    private readonly AdamRule _rule;

    public AdamW(
        IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08,
        double weight_decay = 0, bool amsgrad = false, bool maximize = false)
        : base(new ParamGroup { Parameters = parameters.ToArray(), LearningRate = lr, InitialLearningRate = lr }) =>
        _rule = new AdamRule([.. Group.Parameters], beta1, beta2, eps, weight_decay, true, amsgrad, maximize);

    public override Tensor? step(Func<Tensor>? closure = null)
    {
        var loss = closure?.Invoke();
        _rule.Step(Group.LearningRate);
        return loss;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _rule.Dispose();
        base.Dispose(disposing);
    }

    private protected override void SaveState(BinaryWriter writer) => _rule.Save(writer);

    private protected override void LoadState(BinaryReader reader) => _rule.Load(reader);
}
