namespace Offline.TorchSharp.Tests;

public class DeviceTests
{
    [Theory]
    [InlineData("cpu", DeviceType.CPU, -1)]
    [InlineData("cuda", DeviceType.CUDA, -1)]
    [InlineData("cuda:1", DeviceType.CUDA, 1)]
    [InlineData("CUDA:0", DeviceType.CUDA, 0)]
    public void A_device_is_read_from_its_name_and_written_as_it(string name, DeviceType type, int index)
    {
        var read = device(name);
        Assert.Equal((type, index), (read.type, read.index));
        Assert.Equal(name.ToLowerInvariant(), read.ToString());
        Assert.Equal(name.ToLowerInvariant(), device(type, index).ToString());
    }

    [Fact]
    public void A_name_of_no_device_is_refused()
    {
        Assert.Throws<ArgumentException>(() => device("gpu"));
        Assert.ThrowsAny<FormatException>(() => device("cuda:one"));
    }

    [Fact]
    public void Cuda_is_there_when_there_is_a_device()
    {
        Assert.Equal(cuda.device_count() > 0, cuda.is_available());
        Assert.Equal(cuda.is_available(), cuda_is_available());
    }

    [Fact]
    public void Cuda_works_where_it_is_and_fails_where_it_is_not()
    {
        var here = ones([2]);
        using var layer = nn.Linear(2, 2);
        if (cuda.is_available())
        {
            var there = here.to(CUDA);
            Assert.True(there.is_cuda);
            Assert.Equal(0, there.device_index);
            Numbers.Equal(new[] { 2, 2 }, (there + zeros([2], device: CUDA) + 1).cpu(), 0);
            Assert.Throws<InvalidOperationException>(() => there.bytes.Length);
            Assert.Equal(2f, (there.sum() * 1).item<float>());
            Assert.All(layer.to(CUDA).parameters(), parameter => Assert.True(parameter.is_cuda));
            cuda.synchronize();
            return;
        }
        Assert.ThrowsAny<SystemException>(() => zeros([2], device: CUDA));
        Assert.ThrowsAny<SystemException>(() => here.to(CUDA));
        Assert.ThrowsAny<SystemException>(() => layer.to(CUDA));
        Assert.ThrowsAny<SystemException>(() => nn.Linear(2, 2, device: CUDA));
        Assert.ThrowsAny<SystemException>(() => new Generator(1, CUDA));
        Assert.ThrowsAny<SystemException>(() => cuda.synchronize());
        // What could not be moved still works where it is.
        Assert.Equal([1, 2], layer.call(here.unsqueeze(0)).shape);
    }

    [Fact]
    public void The_version_of_libtorch_is_known() => Assert.Matches(@"^\d+\.\d+\.\d+", __version__);
}
