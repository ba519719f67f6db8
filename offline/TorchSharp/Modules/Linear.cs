using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed class Linear : nn.Module<Tensor, Tensor>
{
    private readonly Parameter _weight;
    private readonly Parameter? _bias;

    internal Linear(long inputSize, long outputSize, bool hasBias)
        : base(nameof(Linear))
    {
        (in_features, out_features) = (inputSize, outputSize);
        (_weight, _bias) = Initialization.Weights([outputSize, inputSize], hasBias ? outputSize : 0);
        register_parameter("weight", _weight);
        if (_bias is not null)
            register_parameter("bias", _bias);
    }

    public long in_features { get; set; }

    public long out_features { get; set; }

    public Parameter weight => _weight;

    public override Tensor forward(Tensor tensor) => nn.functional.linear(tensor, _weight, _bias);
}
