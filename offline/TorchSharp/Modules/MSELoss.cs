using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class MSELoss : nn.Module<Tensor, Tensor, Tensor>
{
    internal MSELoss(nn.Reduction reduction)
        : base(nameof(MSELoss)) => this.reduction = reduction;

    public nn.Reduction reduction { get; }

    public override Tensor forward(Tensor input, Tensor target) => nn.functional.mse_loss(input, target, reduction);
}
