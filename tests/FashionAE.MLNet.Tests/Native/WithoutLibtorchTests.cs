using FashionAE.MLNet.Tests.Support;

namespace FashionAE.MLNet.Tests.Native;

public class WithoutLibtorchTests
{
    [Fact]
    public void A_program_that_references_no_libtorch_is_told_which_packages_have_it_at_whatever_it_touches_first()
    {
        var lines = OtherProgram.Run("WithoutLibtorch", 0, Path.Combine(AppContext.BaseDirectory, "sample"));
        Assert.Equal(["data", "model", "options", "device", "file", "estimator", "transformer"], lines.Select(line => line.Split(':')[0]));
        Assert.All(lines, line =>
        {
            Assert.Contains(": DllNotFoundException: ", line, StringComparison.Ordinal);
            Assert.Contains("TorchSharp-cpu", line, StringComparison.Ordinal);
            Assert.Contains("TorchSharp-cuda-linux", line, StringComparison.Ordinal);
        });
    }
}
