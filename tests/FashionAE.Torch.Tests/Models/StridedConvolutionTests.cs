using System.Diagnostics;
using FashionAE.Tests.Shared;
using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Models;

[Trait("Pace", "slow")]
public sealed class StridedConvolutionTests
{
    /// <summary>The argument of <see cref="Program"/> that calls <see cref="WriteFaults"/>.</summary>
    public const string Argument = "convolutions";

    private const string Correct = "no faults";

    private const int Height = 5;

    // Libraries use different algorithms for one channel, for full blocks of 8, 16 or 32, and for what remains after them.
    private static readonly int[] Counts = [1, 3, 16, 24, 33, 48, 56, 64, 72, 112];

    private static readonly int[] Widths = [1, 4, 6, 9, 12, 28];

    // oneDNN chooses its algorithms by the instructions of the processor. A process can limit them once, before it computes.
    [Theory]
    [InlineData("")]
    [InlineData("SSE41")]
    [InlineData("AVX2")]
    [InlineData("AVX512_CORE")]
    public void Outputs_and_gradients_are_those_of_double_precision_whatever_limits_the_instructions(string instructions)
    {
        var start = new ProcessStartInfo("dotnet", [Program.Path, Argument]);
        start.Environment["ONEDNN_MAX_CPU_ISA"] = instructions;
        var (exitCode, output, errors) = ChildProcess.Run(start);
        Assert.True(exitCode == 0, errors);
        Assert.True(output is [Correct], string.Join('\n', output));
    }

    /// <summary>Writes which layers differ from the same computation in double precision.</summary>
    internal static void WriteFaults()
    {
        NativeTorch.EnsureLoaded();
        manual_seed(1);
        string[] faults =
        [
            .. from inputs in Counts
               from outputs in Counts
               from width in Widths
               from isTransposed in new[] { false, true }
               where IsFaulty(inputs, outputs, width, isTransposed)
               select $"{(isTransposed ? "Up" : "Down")} {inputs} to {outputs} channels, width {width}",
        ];
        foreach (var fault in faults.DefaultIfEmpty(Correct))
            Console.WriteLine(fault);
    }

    private static bool IsFaulty(int inputs, int outputs, int width, bool isTransposed)
    {
        using var scope = NewDisposeScope();
        using var layer = isTransposed
            ? StridedConvolution.Up(inputs, outputs, Height, width, new(1)) : StridedConvolution.Down(inputs, outputs, new(1));
        // A single image is computed in another way. Every number of channels occurs with both.
        var count = 1 + (inputs + outputs + width) % 2;
        long[] sizes = isTransposed ? [(Height + 1) / 2, (width + 1) / 2] : [Height, width];
        var images = rand([count, inputs, .. sizes]).requires_grad_();
        var result = layer.call(images);
        var share = rand(result.shape);
        result.backward([share]);

        Tensor[] variables = [images, layer.get_parameter("weight")!, layer.get_parameter("bias")!];
        Tensor[] exact = [.. variables.Select(variable => variable.detach().to(float64).requires_grad_())];
        var expected = isTransposed
            ? nn.functional.conv_transpose2d(exact[0], exact[1], exact[2], [2, 2], [1, 1], [0, 1 - width % 2])
            : nn.functional.conv2d(exact[0], exact[1], exact[2], [2, 2], [1, 1]);
        expected.backward([share.to(float64)]);
        using var _ = no_grad();
        return Differ(expected, result) || Differ(expected, layer.call(images))
            || exact.Zip(variables).Any(pair => Differ(pair.First.grad!, pair.Second.grad!));
    }

    private static bool Differ(Tensor expected, Tensor actual)
    {
        // Not <=, because NaN is wrong, too.
        return !((expected - actual).abs().max().item<double>() < 1e-4 * expected.abs().max().item<double>() + 1e-6);
    }
}
