using System.Runtime.InteropServices;
using F = TorchSharp.torch.nn.functional;

namespace Offline.TorchSharp.Tests;

public class LinearFunctionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_linear_map_multiplies_by_the_transposed_weight_and_adds_the_bias(bool hasBias)
    {
        var (input, weight, bias) = (Numbers.Draw(1, 4, 5), Numbers.Draw(2, 3, 5), Numbers.Draw(3, 3));
        var expected = new double[4, 3];
        for (var i = 0; i < 4; i++)
            for (var j = 0; j < 3; j++)
                expected[i, j] = (hasBias ? bias[j] : 0) + Enumerable.Range(0, 5).Sum(k => input[i, k] * weight[j, k]);

        var (x, w, b) = (from_array(input), from_array(weight), hasBias ? from_array(bias) : null);
        Numbers.Equal(expected, F.linear(x, w, b));
        Numbers.Equal(expected, F.linear(x.to(float32), w.to(float32), b?.to(float32)), 1e-6);
    }

    [Fact]
    public void Widths_that_do_not_fit_fail() => Assert.Throws<ExternalException>(() => F.linear(zeros([4, 5]), zeros([3, 6])));
}
