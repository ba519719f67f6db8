using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class L1Loss : nn.Module<Tensor, Tensor, Tensor>
{
    internal L1Loss(nn.Reduction reduction)
        : base(nameof(L1Loss)) => this.reduction = reduction;

    public nn.Reduction reduction { get; }

    public override Tensor forward(Tensor input, Tensor target) => nn.functional.l1_loss(input, target, reduction);
}
