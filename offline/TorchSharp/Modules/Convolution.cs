using static TorchSharp.torch;

namespace TorchSharp.Modules;

public abstract class Convolution : nn.Module<Tensor, Tensor>
{
    protected Parameter _weight;
    protected Parameter? _bias;

    private protected Convolution(string name, long[] weightShape, long outputChannels, long stride, long padding, bool hasBias)
        : base(name)
    {
        (this.stride, this.padding) = ([stride, stride], [padding, padding]);
        (_weight, _bias) = Initialization.Weights(weightShape, hasBias ? outputChannels : 0);
        register_parameter("weight", _weight);
        if (_bias is not null)
            register_parameter("bias", _bias);
    }

    public long[] stride { get; set; }

    public long[] padding { get; }
}
