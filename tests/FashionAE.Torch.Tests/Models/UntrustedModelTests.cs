using System.Diagnostics;
using FashionAE.Torch.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Models;

/// <summary>Malicious model files do not get what they request.</summary>
public sealed class UntrustedModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string ModelPath => _folder.File("model");

    public static TheoryData<string, string> HostileNames => new()
    {
        { "pointers of pointers", "System.Int32" + new string('*', 1_000_000) + ", System.Private.CoreLib" },
        { "arrays of arrays", "System.Int32" + string.Concat(Enumerable.Repeat("[]", 3000)) + ", System.Private.CoreLib" },
        { "generics within generics", string.Concat(Enumerable.Repeat("System.Nullable`1[[", 50_000)) },
        { "a generic type", "System.Collections.Generic.List`1[[System.Int32, System.Private.CoreLib]], System.Private.CoreLib" },
        { "a very long name", new string('A', 2_000_000) + ", System.Private.CoreLib" },
        { "a very long assembly", "A.B, " + new string('A', 2_000_000) },
        { "an abstract type", "FashionAE.Torch.AutoencoderArchitecture, FashionAE.Torch" },
        { "no assembly", "System.String" },
        { "a version", "System.String, System.Private.CoreLib, Version=10.0.0.0" },
        { "a path", "A.B, ../../evil" },
    };

    [Theory]
    [MemberData(nameof(HostileNames))]
    public void An_architecture_with_such_a_name_is_refused(string what, string name)
    {
        var error = Refused("""{"type":"NAME","options":{}}""".Replace("NAME", name));
        Assert.True(error.Message.Contains("not among this application's assemblies", StringComparison.Ordinal) && error.Message.Length < 1000, $"{what}: {error.Message}");
    }

    [Fact]
    public void No_assembly_is_loaded_because_a_file_names_it()
    {
        // A part of .NET that is not used here.
        const string Unused = "System.IO.IsolatedStorage";
        Assert.DoesNotContain(AppDomain.CurrentDomain.GetAssemblies(), a => a.GetName().Name == Unused);
        Refused("""{"type":"System.IO.IsolatedStorage.IsolatedStorageFile, System.IO.IsolatedStorage","options":{}}""");
        Assert.DoesNotContain(AppDomain.CurrentDomain.GetAssemblies(), a => a.GetName().Name == Unused);
    }

    [Theory]
    [InlineData("""{"type":"dense","options":{"ImageShape":SHAPE,"LatentSize":2,"HiddenSizes":[20000,20000]}}""")]
    [InlineData("""{"type":"dense","options":{"ImageShape":SHAPE,"LatentSize":2147483647,"HiddenSizes":[2147483647,2147483647]}}""")]
    [InlineData("""{"type":"convolutional","options":{"ImageShape":SHAPE,"LatentSize":2,"Channels":[200000,200000]}}""")]
    [InlineData("""{"type":"convolutional","options":{"ImageShape":{"Channels":1,"Height":40000,"Width":40000},"LatentSize":200,"Channels":[32]}}""")]
    [InlineData("""{"type":"convolutional","options":{"ImageShape":{"Channels":1,"Height":65537,"Width":65537},"LatentSize":2,"Channels":[32]}}""")]
    [InlineData("""{"type":"convolutional","options":{"ImageShape":{"Channels":-2147483648,"Height":-1,"Width":1},"LatentSize":2,"Channels":[32]}}""")]
    [InlineData("""{"type":"dense","options":{"ImageShape":SHAPE,"LatentSize":2,"HiddenSizes":[ONES]}}""")]
    [InlineData("""{"type":"convolutional","options":{"ImageShape":SHAPE,"LatentSize":2,"Channels":[ONES]}}""")]
    [InlineData("""{"type":"dense","options":{"ImageShape":SHAPE,"LatentSize":2,"HiddenSizes":[MANY]}}""")]
    [InlineData("""{"type":"convolutional","options":{"ImageShape":SHAPE,"LatentSize":2,"Channels":[MANY]}}""")]
    [InlineData("""{"type":"dense","options":{"ImageShape":SHAPE,"LatentSize":0,"HiddenSizes":[ONES]}}""")]
    public void A_small_file_cannot_specify_a_large_network(string architecture)
    {
        var process = Process.GetCurrentProcess();
        process.Refresh();
        var before = process.PeakWorkingSet64;
        // Many layers, but few values.
        var ones = string.Join(',', Enumerable.Repeat(1, 40_000));
        // The largest number that is read.
        var many = ones[..(2 * NetworkPart.MostLayers - 1)];
        var error = Refused(architecture.Replace("SHAPE", """{"Channels":1,"Height":6,"Width":6}""").Replace("ONES", ones).Replace("MANY", many));
        Assert.InRange(error.Message.Length, 10, 2000);
        process.Refresh();
        Assert.InRange(process.PeakWorkingSet64 - before, -100_000_000, 100_000_000);
    }

    [Fact]
    public void The_tensors_of_the_description_are_those_of_the_network()
    {
        static (string, ScalarType, string) Told(string name, ScalarType type, long[] shape) => (name, type, string.Join('x', shape));
        foreach (var architecture in new AutoencoderArchitecture[]
        {
            new ConvolutionalArchitecture(new ImageShape(3, 11, 7), 5) { Channels = [2, 3, 4] },
            new ConvolutionalArchitecture(new ImageShape(1, 1, 1), 1) { Channels = [1] },
            new ConvolutionalArchitecture(FashionMnist.Shape),
            new DenseArchitecture(new ImageShape(3, 5, 7), 4) { HiddenSizes = [9, 8, 7], Dropout = [0.1] },
            new DenseArchitecture(new ImageShape(1, 2, 3), 1) { HiddenSizes = [], Dropout = [0.5] },
            new DenseArchitecture(FashionMnist.Shape),
        })
        {
            using var model = architecture.Build();
            var built = model.state_dict().Select(s => Told(s.Key, s.Value.dtype, s.Value.shape));
            Assert.Equal(built.Order(), architecture.Parts!.State.Select(s => Told(s.Key, s.Value.Type, s.Value.Shape)).Order());
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Weights_that_are_NaN_or_infinite_are_refused(float value)
    {
        using var model = Model();
        using (var _ = no_grad())
            model.parameters().First().fill_(value.ToScalar());
        AutoencoderFile.Save(model, ModelPath);
        Assert.Contains("infinite or NaN", Assert.Throws<InvalidDataException>(() => AutoencoderFile.Load(ModelPath)).Message, StringComparison.Ordinal);
        using var other = Model();
        var before = ModelState.Of(other);
        Assert.Throws<InvalidDataException>(() => AutoencoderFile.LoadWeights(other, ModelPath));
        Assert.Equal(before, ModelState.Of(other));
    }

    [Fact]
    public void Any_changed_byte_is_noticed()
    {
        using var model = Model();
        AutoencoderFile.Save(model, ModelPath);
        var whole = File.ReadAllBytes(ModelPath);
        for (var place = 0; place < whole.Length; place++)
        {
            var bytes = whole.ToArray();
            bytes[place] ^= 4;
            Assert.Throws<InvalidDataException>(() => AutoencoderFile.Load(new MemoryStream(bytes)).Dispose());
        }
    }

    [Fact]
    public void A_file_of_version_0_1_0_has_no_checksum_and_is_read()
    {
        using (var model = Model())
            AutoencoderFile.Save(model, ModelPath);
        var text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(ModelPath));
        // Renaming the key removes the checksum without changing the length.
        text = text.Replace("fashionae.sha256", "something.else.x");
        File.WriteAllBytes(ModelPath, System.Text.Encoding.Latin1.GetBytes(text));
        Assert.Contains("lost its checksum", Assert.Throws<InvalidDataException>(() => AutoencoderFile.Load(ModelPath)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(ModelPath, System.Text.Encoding.Latin1.GetBytes(text.Replace("\"fashionae.format\":\"2\"", "\"fashionae.format\":\"1\"")));
        AutoencoderFile.Load(ModelPath).Dispose();
    }

    [Fact]
    public void A_pipe_is_refused_immediately_and_so_is_a_device()
    {
        // Opening a pipe without a writer would wait forever.
        using (var mkfifo = Process.Start("mkfifo", [ModelPath]))
            mkfifo.WaitForExit();
        foreach (var path in new[] { ModelPath, "/dev/zero", _folder.Path })
        {
            Assert.Contains($"{path} is a ", Assert.Throws<IOException>(() => AutoencoderFile.Load(path)).Message, StringComparison.Ordinal);
            Assert.Throws<IOException>(() => IdxFile.Read(path));
        }
    }

    [Fact]
    public void Failed_loads_leak_nothing()
    {
        using (var model = Model())
            AutoencoderFile.Save(model, ModelPath);
        var bytes = File.ReadAllBytes(ModelPath);
        File.WriteAllBytes(ModelPath, bytes[..^1]);
        void Fail(int times)
        {
            for (var i = 0; i < times; i++)
                Assert.Throws<InvalidDataException>(() => AutoencoderFile.Load(ModelPath));
        }

        // On a processor with a large cache, garbage is collected late.
        static long Memory()
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            return Process.GetCurrentProcess().WorkingSet64;
        }

        Fail(500);
        var before = Memory();
        Fail(4000);
        // Each load once leaked 15 kB.
        Assert.InRange(Memory() - before, long.MinValue, 30_000_000);
    }

    [Fact]
    public void A_shape_has_no_more_values_than_an_array()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageShape(1, 65537, 65537));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageShape(int.MaxValue, int.MaxValue, int.MaxValue));
        Assert.Equal(2_000_000_000, new ImageShape(1, 50_000, 40_000).Size);
    }

    public void Dispose() => _folder.Dispose();

    private InvalidDataException Refused(string architecture)
    {
        using (var model = Model())
            SafeTensorsFile.Write(ModelPath, StoredTensor.Of(model.state_dict()), new Dictionary<string, string> { ["fashionae.format"] = "1", ["fashionae.architecture"] = architecture });
        return Assert.Throws<InvalidDataException>(() => AutoencoderFile.Load(ModelPath));
    }

    private static Autoencoder Model() => ModelState.Build(new ConvolutionalArchitecture(new ImageShape(1, 6, 6), 2) { Channels = [2] });
}
