using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The values that PyTorch gives to the weights of linear and convolutional layers.</summary>
internal static class Initialization
{
    /// <summary>Both uniform within 1 / sqrt(fan in): He et al. 2015 with a = sqrt(5). No bias where its size is 0.</summary>
    public static (Parameter Weight, Parameter? Bias) Weights(long[] shape, long biasSize)
    {
        var weight = new Parameter(empty(shape));
        nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
        if (biasSize == 0)
            return (weight, null);
        var bound = 1 / Math.Sqrt(nn.init.CalculateFanInAndFanOut(weight).fanIn);
        var bias = new Parameter(empty([biasSize]));
        nn.init.uniform_(bias, -bound, bound);
        return (weight, bias);
    }
}
