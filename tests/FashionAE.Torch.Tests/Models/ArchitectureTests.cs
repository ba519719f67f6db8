using System.Globalization;
using System.Text.Json;

namespace FashionAE.Torch.Tests.Models;

/// <summary>Architectures have value equality, and their text contains their values.</summary>
public class ArchitectureTests
{
    private static readonly ImageShape Shape = new(1, 28, 28);

    public static TheoryData<Func<AutoencoderArchitecture>, string> Texts => new()
    {
        { () => new ConvolutionalArchitecture(Shape), "2, ImageShape = 1x28x28, Channels = [32, 64, 128] }" },
        { () => new ConvolutionalArchitecture(Shape, 3) { Channels = new List<int> { 4 } }, "3, ImageShape = 1x28x28, Channels = [4] }" },
        {
            () => new DenseArchitecture(Shape),
            "2, ImageShape = 1x28x28, HiddenSizes = [512, 256, 128, 64, 32, 16, 8, 4], Dropout = [0.2, 0.2, 0.1] }"
        },
        { () => new DenseArchitecture(Shape) { HiddenSizes = [], Dropout = [] }, "2, ImageShape = 1x28x28, HiddenSizes = [], Dropout = [] }" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Those_with_the_same_numbers_are_equal_and_print_them(Func<AutoencoderArchitecture> make, string text)
    {
        var (one, other) = (make(), make());
        Assert.True(one == other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };
            Assert.Equal($"{one.GetType().Name} {{ LatentSize = {text}", one.ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_loaded_architecture_equals_the_saved_one(Func<AutoencoderArchitecture> make, string text)
    {
        var one = make();
        using var file = new MemoryStream();
        using (var model = one.Build())
            AutoencoderFile.Save(model, file);
        file.Position = 0;
        using var loaded = AutoencoderFile.Load(file);
        Assert.True(one == loaded.Architecture, text);
        var json = JsonSerializer.Serialize(one, one.GetType());
        Assert.True(one == (AutoencoderArchitecture?)JsonSerializer.Deserialize(json, one.GetType()), text);
    }

    [Fact]
    public void Those_that_differ_in_a_number_or_an_order_are_not_equal()
    {
        var (dense, convolutional) = (new DenseArchitecture(Shape), new ConvolutionalArchitecture(Shape));
        AutoencoderArchitecture[] all =
        [
            dense, dense with { LatentSize = 3 }, dense with { HiddenSizes = [256, 512, 128, 64, 32, 16, 8, 4] },
            dense with { HiddenSizes = [512] }, dense with { Dropout = [0.2, 0.2] }, dense with { Dropout = [0.1, 0.2, 0.2] },
            convolutional, convolutional with { Channels = [32, 64] }, convolutional with { Channels = [64, 32, 128] },
        ];
        Assert.Equal(all.Length, all.ToHashSet().Count);
        Assert.False(dense with { Dropout = null! } == dense);
    }

    [Fact]
    public void A_list_that_is_changed_later_changes_no_architecture()
    {
        var channels = new List<int> { 8, 16 };
        var architecture = new ConvolutionalArchitecture(Shape) { Channels = channels };
        channels.Add(32);
        Assert.Equal([8, 16], architecture.Channels);
        Assert.True(architecture == architecture with { });
    }
}
