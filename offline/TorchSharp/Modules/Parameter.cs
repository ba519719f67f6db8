using static TorchSharp.torch;

namespace TorchSharp.Modules;

public class Parameter : Tensor
{
    /// <summary>Takes the tensor over; data itself is empty afterwards.</summary>
    public Parameter(Tensor data, bool requires_grad = true)
        : base(data.TakeHandle()) => this.requires_grad = requires_grad;
}
