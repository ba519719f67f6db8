using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Models;

public class AutoencoderTests
{
    [Fact]
    public void The_device_is_that_of_the_parameters()
    {
        using var model = new DenseArchitecture(new ImageShape(1, 4, 4)) { HiddenSizes = [3] }.Build(seed: 1);
        Assert.Equal(DeviceType.CPU, model.Device.type);
        model.to(META);
        Assert.Equal(DeviceType.META, model.Device.type);
    }
}
