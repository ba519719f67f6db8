namespace Offline.TorchSharp.Tests;

/// <summary>Compares what autograd says of a function with central finite differences in double precision.</summary>
internal static class GradientCheck
{
    private const double Step = 1e-6;

    /// <summary>Checks the derivative of every element of the result by every element of every input.</summary>
    public static void Agrees(Func<Tensor[], Tensor> function, params Array[] inputs)
    {
        Tensor[] tensors = [.. inputs.Select(input => from_array(input, float64, requires_grad: true))];
        // A sum with fixed random weights tells all elements of the result apart.
        var result = function(tensors);
        var weights = from_array(Numbers.Draw(99, (int)result.NumberOfElements)).reshape(result.shape);
        (result * weights).sum().backward();

        for (var k = 0; k < inputs.Length; k++)
        {
            var gradient = tensors[k].grad;
            Assert.NotNull(gradient);
            Assert.Equal(tensors[k].shape, gradient.shape);
            var actual = Numbers.Of(gradient);
            var values = Numbers.Of(tensors[k]);
            for (var i = 0; i < values.Length; i++)
            {
                var expected = (At(values[i] + Step) - At(values[i] - Step)) / (2 * Step);
                Assert.True(
                    Math.Abs(actual[i] - expected) <= 1e-7 * Math.Max(1, Math.Abs(expected)),
                    $"Input {k}, element {i}: autograd says {actual[i]:r}, the differences {expected:r}.");

                double At(double value)
                {
                    using var _ = no_grad();
                    double[] changed = [.. values];
                    changed[i] = value;
                    Tensor[] arguments = [.. tensors];
                    arguments[k] = from_array(changed).reshape(tensors[k].shape);
                    return Numbers.Of(function(arguments) * weights).Sum();
                }
            }
        }
    }
}
