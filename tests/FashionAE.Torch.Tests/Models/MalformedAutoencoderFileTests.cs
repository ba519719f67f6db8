using System.Buffers.Binary;
using FashionAE.Torch.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace FashionAE.Torch.Tests.Models;

public sealed class MalformedAutoencoderFileTests : IDisposable
{
    private const string Shape = """{"Channels":1,"Height":6,"Width":6}""";

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string, string> MalformedArchitectures => new()
    {
        { "another size", """{"type":"convolutional","options":{"ImageShape":SHAPE,"LatentSize":3,"Channels":[2]}}""", "another shape" },
        { "other layers", """{"type":"convolutional","options":{"ImageShape":SHAPE,"LatentSize":2,"Channels":[2,2]}}""", "another model" },
        { "another type", """{"type":"dense","options":{"ImageShape":SHAPE,"LatentSize":2}}""", "another model" },
        { "an unknown type", """{"type":"Someone.Elses, Assembly","options":{}}""", "'Someone.Elses, Assembly'" },
        { "a type that is no architecture", """{"type":"System.String, System.Private.CoreLib","options":{}}""", "'System.String, System.Private.CoreLib'" },
        { "a type without a name", """{"type":"","options":{}}""", "''" },
        { "a type that is a number", """{"type":1,"options":{}}""", "from which no model can be built" },
        { "no type", """{"options":{}}""", "from which no model can be built" },
        { "no options", """{"type":"convolutional"}""", "from which no model can be built" },
        { "options that are null", """{"type":"convolutional","options":null}""", "from which no model can be built" },
        { "options that are a list", """{"type":"convolutional","options":[]}""", "from which no model can be built" },
        { "no image shape", """{"type":"convolutional","options":{"LatentSize":2,"Channels":[2]}}""", "from which no model can be built" },
        { "channels that are null", """{"type":"convolutional","options":{"ImageShape":SHAPE,"LatentSize":2,"Channels":null}}""", "from which no model can be built" },
        { "dropout that is null", """{"type":"dense","options":{"ImageShape":SHAPE,"LatentSize":2,"Dropout":null}}""", "from which no model can be built" },
        { "no JSON", "convolutional", "from which no model can be built" },
        { "JSON that is no object", "[]", "from which no model can be built" },
        { "nothing", "", "from which no model can be built" },
    };

    [Theory]
    [MemberData(nameof(MalformedArchitectures))]
    public void An_architecture_that_does_not_fit_is_refused(string what, string architecture, string clue)
    {
        var path = _folder.File("model");
        var metadata = new Dictionary<string, string> { ["fashionae.format"] = "1", ["fashionae.architecture"] = architecture.Replace("SHAPE", Shape) };
        using (var model = Model())
            SafeTensorsFile.Write(path, StoredTensor.Of(model.state_dict()), metadata);
        var error = Assert.Throws<InvalidDataException>(() => AutoencoderFile.Load(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Contains(clue, StringComparison.Ordinal), $"{what}: {error.Message}");
    }

    [Fact]
    public void Weights_without_an_architecture_are_refused_with_the_way_to_load_them()
    {
        var error = Assert.Throws<InvalidDataException>(() => AutoencoderFile.Load(TestFiles.Golden("conv_initial.safetensors")));
        Assert.Contains("conv_initial.safetensors", error.Message, StringComparison.Ordinal);
        Assert.Contains("AutoencoderFile.LoadWeights", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_later_format_is_refused()
    {
        using var model = Model();
        using var stream = new MemoryStream();
        AutoencoderFile.Save(model, stream);
        stream.Position = 0;
        var file = SafeTensorsFile.Read(stream);
        var path = _folder.File("model");
        SafeTensorsFile.Write(path, file.Tensors, new Dictionary<string, string>(file.Metadata) { ["fashionae.format"] = "3" });
        var error = Assert.Throws<InvalidDataException>(() => AutoencoderFile.Load(path));
        Assert.Contains("format 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_changed_bytes_of_the_header_are_read_or_refused()
    {
        using var stream = new MemoryStream();
        using (var model = Model())
            AutoencoderFile.Save(model, stream);
        var whole = stream.ToArray();
        var header = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(whole);
        // Printable characters change the JSON more often than random bytes.
        var changes = from position in Gen.Choose(8, header - 1) from value in Gen.Choose(32, 126) select (position, value);
        Prop.ForAll(changes.ListOf(2).ToArbitrary(), list =>
        {
            var bytes = whole.ToArray();
            foreach (var (position, value) in list)
                bytes[position] = (byte)value;
            try
            {
                AutoencoderFile.Load(new MemoryStream(bytes)).Dispose();
            }
            catch (InvalidDataException)
            {
                // This is the other allowed outcome.
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    public void Dispose() => _folder.Dispose();

    private static Autoencoder Model() => ModelState.Build(new ConvolutionalArchitecture(new ImageShape(1, 6, 6), 2) { Channels = [2] });
}
