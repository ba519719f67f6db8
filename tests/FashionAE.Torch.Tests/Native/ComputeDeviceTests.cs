using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Native;

public class ComputeDeviceTests
{
    [Fact]
    public void The_CPU_is_always_available() => Assert.Equal(DeviceType.CPU, ComputeDevice.Resolve("cpu").type);

    [Fact]
    public void Auto_uses_a_gpu_if_there_is_one() =>
        Assert.Equal(cuda.is_available() ? DeviceType.CUDA : DeviceType.CPU, ComputeDevice.Resolve("auto").type);

    [Fact]
    public void A_tensor_is_on_the_device_that_it_is_on_whatever_object_names_it()
    {
        using var tensor = zeros(3);
        Assert.True(ComputeDevice.Has(ComputeDevice.Resolve("cpu"), tensor));
        Assert.True(ComputeDevice.Has(new Device("cpu"), tensor));
        Assert.False(ComputeDevice.Has(new Device(DeviceType.CUDA, 0), tensor));
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("CUDA")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:x")]
    [InlineData("cpu:0")]
    [InlineData("cuda:99999999999")]
    public void An_unknown_name_is_refused_with_the_known_ones(string name)
    {
        var error = Assert.Throws<ArgumentException>(() => ComputeDevice.Resolve(name));
        Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("cpu, cuda, cuda:N or auto", error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("cuda")]
    [InlineData("cuda:0")]
    [InlineData("cuda:1")]
    public void A_missing_gpu_is_reported_with_the_remedy(string name)
    {
        Skip.If(cuda.is_available(), "This machine has a GPU.");
        var error = Assert.Throws<InvalidOperationException>(() => ComputeDevice.Resolve(name));
        Assert.Contains("CUDA is not available", error.Message, StringComparison.Ordinal);
        Assert.Contains("cpu or auto", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_gpu_is_found_by_its_number()
    {
        Skip.IfNot(cuda.is_available(), "This machine has no GPU.");
        var last = cuda.device_count() - 1;
        var device = ComputeDevice.Resolve($"cuda:{last}");
        Assert.Equal((DeviceType.CUDA, last), (device.type, device.index));
        Assert.Throws<InvalidOperationException>(() => ComputeDevice.Resolve($"cuda:{last + 1}"));
    }
}
