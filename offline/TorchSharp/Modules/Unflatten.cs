using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class Unflatten : nn.Module<Tensor, Tensor>
{
    internal Unflatten(long dim, long[] sizes)
        : base(nameof(Unflatten)) => (this.dim, unflattened_size) = (dim, sizes);

    public long dim { get; set; }

    public long[] unflattened_size { get; set; }

    public override Tensor forward(Tensor tensor) => tensor.unflatten(dim, unflattened_size);
}
