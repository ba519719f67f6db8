using System.Runtime.InteropServices;
using System.Text.Json;
using FashionAE.Torch.Tests.Support;

namespace FashionAE.Torch.Tests.Models;

/// <summary>
/// safetensors files like those of other programs, written byte by byte: without a checksum, and with other names and types.
/// </summary>
public sealed class ForeignWeightsTests : IDisposable
{
    private static readonly DenseArchitecture Architecture = new(new ImageShape(1, 2, 3), 1) { HiddenSizes = [4], Dropout = [] };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Wrapped =>
    [
        "module.encoder module.decoder", // DataParallel
        "_orig_mod.encoder _orig_mod.decoder", // torch.compile
        "module._orig_mod.encoder module._orig_mod.decoder",
        "_orig_mod.module.encoder _orig_mod.module.decoder",
        "encoder._orig_mod decoder", // of one part alone
        "encoder.module decoder.module",
        "model.encoder model.decoder", // an attribute of another module, such as Lightning's
        "net.autoencoder.encoder net.autoencoder.decoder",
    ];

    [Theory]
    [MemberData(nameof(Wrapped))]
    public void Prefixes_of_wrappers_are_removed_from_names(string names)
    {
        var (encoder, decoder) = (names.Split(' ')[0], names.Split(' ')[1]);
        var file = File(Weights(), name => (name[..7] == "encoder" ? encoder : decoder) + name[7..]);
        Assert.Equal(State(Weights()), LoadInto(file));
        Assert.Equal(State(Weights()), Load(file));
    }

    [Fact]
    public void Counts_of_batches_that_are_missing_are_zero()
    {
        var weights = Weights().Where(w => !w.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal)).ToDictionary();
        Assert.Equal(Weights().Count - 2, weights.Count);
        var expected = State(Weights());
        foreach (var name in expected.Keys.Where(name => name.EndsWith("num_batches_tracked", StringComparison.Ordinal)).ToArray())
            expected[name] = new byte[8];
        Assert.Equal(expected, LoadInto(File(weights)));
        Assert.Equal(expected, Load(File(weights)));
    }

    [Theory]
    [InlineData("F16")]
    [InlineData("BF16")]
    [InlineData("F64")]
    public void Weights_of_another_precision_are_converted(string type)
    {
        // The expected values come from .NET's own conversions; the 16 high bits of float32 are bfloat16.
        Func<float, byte[]> encode = type switch
        {
            "F16" => value => BitConverter.GetBytes((Half)value),
            "BF16" => value => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)),
            _ => value => BitConverter.GetBytes(value + 1e-12),
        };
        Func<float, float> expect = type switch
        {
            "F16" => value => (float)(Half)value,
            "BF16" => value => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xffff0000),
            _ => value => (float)(value + 1e-12),
        };
        var (original, changed, expected) = (Weights(), Weights(), State(Weights()));
        foreach (var (name, entry) in original.Where(e => e.Value.Type == "F32"))
        {
            var values = MemoryMarshal.Cast<byte, float>(entry.Bytes).ToArray();
            changed[name] = new Entry(type, entry.Shape, [.. values.SelectMany(encode)]);
            expected[name] = [.. values.SelectMany(value => BitConverter.GetBytes(expect(value)))];
        }
        Assert.Equal(expected, LoadInto(File(changed)));
        Assert.Equal(expected, Load(File(changed)));
    }

    [Theory]
    [InlineData("I32", "2a000000")]
    [InlineData("F16", "4051")]
    [InlineData("F32", "00002842")]
    public void A_count_of_batches_that_was_converted_with_the_weights_is_read(string type, string bytes)
    {
        var weights = Weights();
        foreach (var name in weights.Keys.Where(name => name.EndsWith("num_batches_tracked", StringComparison.Ordinal)).ToArray())
            weights[name] = new Entry(type, [], Convert.FromHexString(bytes));
        Assert.Equal(State(Weights()), LoadInto(File(weights)));
    }

    [Theory]
    [InlineData("F64", "9a9999999999b97f", "out of the range")] // 1e308 and some
    [InlineData("F64", "000000000000f87f", "infinite or NaN")]
    [InlineData("F64", "000000000000f0ff", "infinite or NaN")]
    [InlineData("F16", "007c", "infinite or NaN")]
    [InlineData("BF16", "c07f", "infinite or NaN")]
    [InlineData("I32", "01000000", "needs Float32")]
    [InlineData("I8", "01", "'decoder.0.bias' has type 'I8'")]
    [InlineData("U16", "0100", "'decoder.0.bias' has type 'U16'")]
    [InlineData("F8_E4M3", "01", ".float()")]
    public void Values_that_are_NaN_infinite_or_out_of_range_are_refused_by_name(string type, string first, string clue)
    {
        var weights = Weights();
        var bytes = Convert.FromHexString(first);
        weights["decoder.0.bias"] = new Entry(type, [4], [.. bytes, .. bytes, .. bytes, .. bytes]);
        var before = State(Weights());
        using var model = ModelState.BuildUsed(Architecture);
        var path = _folder.File("weights.safetensors", File(weights));
        var message = Assert.Throws<InvalidDataException>(() => AutoencoderFile.LoadWeights(model, path)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains("'decoder.0.bias'", message, StringComparison.Ordinal);
        Assert.Contains(clue, message, StringComparison.Ordinal);
        Assert.Equal(before, ModelState.Of(model));
    }

    [Fact]
    public void Missing_and_unexpected_names_are_both_listed()
    {
        var weights = File(Weights().Where(w => w.Key is not "encoder.1.weight").ToDictionary(), name => name switch
        {
            "decoder.3.weight" => "module.head.weight",
            _ => "module." + name,
        });
        var message = Assert.Throws<InvalidDataException>(() => LoadInto(weights)).Message;
        Assert.Contains("without 'module.'", message, StringComparison.Ordinal);
        foreach (var name in (string[])["encoder.1.weight", "decoder.3.weight", "head.weight"])
            Assert.Contains($"'{name}'", message, StringComparison.Ordinal);
        Assert.DoesNotContain("'encoder.1.bias'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_names_the_first_are_listed()
    {
        var message = Assert.Throws<InvalidDataException>(() => LoadInto(File(Weights(), name => name.Replace('.', '/')))).Message;
        Assert.Contains($"and {Weights().Count - 3} more", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 100, 600);
    }

    [Fact]
    public void Two_models_in_one_file_are_not_mistaken_for_one()
    {
        var both = Weights().Concat(Weights().Select(w => KeyValuePair.Create("module." + w.Key, w.Value))).ToDictionary();
        Assert.Contains("'module.", Assert.Throws<InvalidDataException>(() => LoadInto(File(both))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_has_such_a_name_itself_keeps_it()
    {
        using var saved = ModelState.BuildUsed(new ModuleNamedArchitecture(new ImageShape(1, 2, 2), 1));
        using var loaded = ModelState.Build(new ModuleNamedArchitecture(new ImageShape(1, 2, 2), 1));
        AutoencoderFile.Save(saved, _folder.File("model"));
        AutoencoderFile.LoadWeights(loaded, _folder.File("model"));
        Assert.Equal(ModelState.Of(saved), ModelState.Of(loaded));
        Assert.All(ModelState.Of(loaded).Keys, name => Assert.StartsWith("module.", name, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private static Dictionary<string, Entry> Weights()
    {
        using var model = ModelState.BuildUsed(Architecture);
        return model.state_dict().ToDictionary(
            s => s.Key, s => new Entry(s.Value.dtype == TorchSharp.torch.int64 ? "I64" : "F32", s.Value.shape, s.Value.Bits()));
    }

    private static Dictionary<string, byte[]> State(Dictionary<string, Entry> weights) =>
        weights.ToDictionary(w => w.Key, w => w.Value.Bytes);

    private static byte[] File(Dictionary<string, Entry> weights, Func<string, string>? rename = null)
    {
        const string Options = """{"ImageShape":{"Channels":1,"Height":2,"Width":3},"LatentSize":1,"HiddenSizes":[4],"Dropout":[]}""";
        const string Description = $$"""{"type":"dense","options":{{Options}}}""";
        var metadata = new Dictionary<string, string> { ["fashionae.format"] = "1", ["fashionae.architecture"] = Description };
        var header = new Dictionary<string, object> { ["__metadata__"] = metadata };
        var values = new List<byte>();
        foreach (var (name, entry) in weights)
        {
            header.Add(rename?.Invoke(name) ?? name, new Dictionary<string, object>
            {
                ["dtype"] = entry.Type,
                ["shape"] = entry.Shape,
                ["data_offsets"] = new[] { values.Count, values.Count + entry.Bytes.Length },
            });
            values.AddRange(entry.Bytes);
        }
        return SafeTensorsReader.File(JsonSerializer.Serialize(header), [.. values]);
    }

    private Dictionary<string, byte[]> LoadInto(byte[] file)
    {
        using var model = ModelState.Build(Architecture);
        AutoencoderFile.LoadWeights(model, _folder.File("weights.safetensors", file));
        return ModelState.Of(model);
    }

    private static Dictionary<string, byte[]> Load(byte[] file)
    {
        using var model = AutoencoderFile.Load(new MemoryStream(file));
        return ModelState.Of(model);
    }

    private sealed record Entry(string Type, long[] Shape, byte[] Bytes);
}
