using System.Runtime.InteropServices;
using F = TorchSharp.torch.nn.functional;

namespace Offline.TorchSharp.Tests;

public class ConvolutionTests
{
    [Theory]
    [InlineData(1, 1, 0, 0)]
    [InlineData(1, 1, 1, 2)]
    [InlineData(2, 2, 1, 1)]
    [InlineData(2, 1, 0, 1)]
    [InlineData(3, 2, 2, 0)]
    public void A_convolution_is_the_sum_of_products_under_the_kernel(int strideY, int strideX, int paddingY, int paddingX)
    {
        var input = Numbers.Draw(1, 2, 3, 7, 6);
        var weight = Numbers.Draw(2, 4, 3, 3, 2);
        var bias = Numbers.Draw(3, 4);
        var expected = new double[2, 4, (7 + 2 * paddingY - 3) / strideY + 1, (6 + 2 * paddingX - 2) / strideX + 1];
        Each(expected, (n, o, y, x) =>
        {
            var sum = bias[o];
            Each(weight, (o2, c, i, j) =>
            {
                var (row, column) = (y * strideY - paddingY + i, x * strideX - paddingX + j);
                if (o2 == o && row is >= 0 and < 7 && column is >= 0 and < 6)
                    sum += input[n, c, row, column] * weight[o, c, i, j];
            });
            expected[n, o, y, x] = sum;
        });

        long[] strides = [strideY, strideX];
        long[] padding = [paddingY, paddingX];
        Numbers.Equal(expected, F.conv2d(from_array(input), from_array(weight), from_array(bias), strides, padding));
        var single = F.conv2d(from_array(input, float32), from_array(weight, float32), from_array(bias, float32), strides, padding);
        Numbers.Equal(expected, single, 5e-6);
    }

    [Theory]
    [InlineData(1, 1, 0, 0, 0, 0)]
    [InlineData(2, 2, 1, 1, 0, 0)]
    [InlineData(2, 2, 1, 1, 1, 1)]
    [InlineData(2, 3, 0, 1, 1, 2)]
    public void A_transposed_convolution_scatters_every_input_over_the_kernel(
        int strideY, int strideX, int paddingY, int paddingX, int outputPaddingY, int outputPaddingX)
    {
        var input = Numbers.Draw(1, 2, 3, 4, 5);
        var weight = Numbers.Draw(2, 3, 4, 3, 2);
        var bias = Numbers.Draw(3, 4);
        var height = 3 * strideY - 2 * paddingY + 3 + outputPaddingY;
        var width = 4 * strideX - 2 * paddingX + 2 + outputPaddingX;
        var expected = new double[2, 4, height, width];
        Each(expected, (n, o, y, x) => expected[n, o, y, x] = bias[o]);
        Each(input, (n, c, y, x) => Each(weight, (c2, o, i, j) =>
        {
            var (row, column) = (y * strideY - paddingY + i, x * strideX - paddingX + j);
            if (c2 == c && row >= 0 && row < height && column >= 0 && column < width)
                expected[n, o, row, column] += input[n, c, y, x] * weight[c, o, i, j];
        }));

        long[] strides = [strideY, strideX];
        long[] padding = [paddingY, paddingX];
        long[] outputPadding = [outputPaddingY, outputPaddingX];
        Numbers.Equal(
            expected,
            F.conv_transpose2d(from_array(input), from_array(weight), from_array(bias), strides, padding, outputPadding));
        var single = F.conv_transpose2d(
            from_array(input, float32), from_array(weight, float32), from_array(bias, float32), strides, padding, outputPadding);
        Numbers.Equal(expected, single, 5e-6);
    }

    [Fact]
    public void Without_bias_stride_and_padding_nothing_is_added_skipped_or_padded()
    {
        var image = from_array(new double[,,,] { { { { 1, 2 }, { 3, 4 } } } });
        var kernel = from_array(new double[,,,] { { { { 1, 10 }, { 100, 1000 } } } });
        Numbers.Equal(new double[,,,] { { { { 4321 } } } }, F.conv2d(image, kernel), 0);
        Numbers.Equal(
            new double[,,,] { { { { 1, 12, 20 }, { 103, 1234, 2040 }, { 300, 3400, 4000 } } } },
            F.conv_transpose2d(image, kernel),
            0);
    }

    [Fact]
    public void Channels_that_do_not_fit_fail()
    {
        Assert.Throws<ExternalException>(() => F.conv2d(zeros([1, 2, 5, 5]), zeros([4, 3, 3, 3])));
        Assert.Throws<ExternalException>(() => F.conv_transpose2d(zeros([1, 2, 5, 5]), zeros([3, 4, 3, 3])));
    }

    private static void Each(double[,,,] array, Action<int, int, int, int> action)
    {
        for (var a = 0; a < array.GetLength(0); a++)
            for (var b = 0; b < array.GetLength(1); b++)
                for (var c = 0; c < array.GetLength(2); c++)
                    for (var d = 0; d < array.GetLength(3); d++)
                        action(a, b, c, d);
    }
}
