using FashionAE.Torch.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Files;

/// <summary>Any bytes are either read or refused with <see cref="InvalidDataException"/>.</summary>
public sealed class MalformedSafeTensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, byte[]> MalformedFiles => new()
    {
        { "no length", [] },
        { "a header of nothing", [0, 0, 0, 0, 0, 0, 0, 0] },
        { "a header longer than the file", [100, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}'] },
        { "a header of 2^62 bytes", [0, 0, 0, 0, 0, 0, 0, 0x40, (byte)'{', (byte)'}'] },
        { "a header of a negative length", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, (byte)'{', (byte)'}'] },
        { "no object", SafeTensorsReader.File("[]") },
        { "no JSON", SafeTensorsReader.File("{nothing}") },
        { "no text", SafeTensorsReader.File([(byte)'{', (byte)'"', 0xff, 0xfe, (byte)'"', (byte)':', (byte)'1', (byte)'}']) },
        { "JSON that ends early", SafeTensorsReader.File("""{"a":{"dtype":"U8","shape":[1],""") },
        { "JSON that goes on", SafeTensorsReader.File("{}{}") },
        { "very deep JSON", SafeTensorsReader.File("{\"a\":" + new string('[', 5000) + new string(']', 5000) + "}") },
        { "a tensor that is a number", SafeTensorsReader.File("""{"a":1}""") },
        { "a tensor that is null", SafeTensorsReader.File("""{"a":null}""") },
        { "no type", SafeTensorsReader.File("""{"a":{"shape":[1],"data_offsets":[0,1]}}""", 1) },
        { "an unknown type", Single("""{"dtype":"F7","shape":[1],"data_offsets":[0,1]}""", 1) },
        { "a type that is a number", Single("""{"dtype":8,"shape":[1],"data_offsets":[0,1]}""", 1) },
        { "no shape", Single("""{"dtype":"U8","data_offsets":[0,1]}""", 1) },
        { "a shape that is a number", Single("""{"dtype":"U8","shape":1,"data_offsets":[0,1]}""", 1) },
        { "a shape of texts", Single("""{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}""", 1) },
        { "a shape of fractions", Single("""{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}""", 1) },
        { "a negative size", Single("""{"dtype":"U8","shape":[-1,-1],"data_offsets":[0,1]}""", 1) },
        { "a size beyond 64 bits", Single("""{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,1]}""", 1) },
        { "a product beyond 64 bits", Single("""{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}""") },
        { "no offsets", Single("""{"dtype":"U8","shape":[1]}""", 1) },
        { "one offset", Single("""{"dtype":"U8","shape":[1],"data_offsets":[1]}""", 1) },
        { "three offsets", Single("""{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}""", 1) },
        { "offsets in reverse", Single("""{"dtype":"U8","shape":[1],"data_offsets":[1,0]}""", 1) },
        { "a negative offset", Single("""{"dtype":"U8","shape":[2],"data_offsets":[-1,1]}""", 1) },
        { "more bytes than the shape has", Single("""{"dtype":"U8","shape":[1],"data_offsets":[0,2]}""", 1, 2) },
        { "fewer bytes than the shape has", Single("""{"dtype":"F32","shape":[1],"data_offsets":[0,2]}""", 1, 2) },
        { "a gap before the first tensor", Single("""{"dtype":"U8","shape":[1],"data_offsets":[1,2]}""", 1, 2) },
        { "fewer values than offsets", Single("""{"dtype":"U8","shape":[2],"data_offsets":[0,2]}""", 1) },
        { "values after the last tensor", Single("""{"dtype":"U8","shape":[1],"data_offsets":[0,1]}""", 1, 2) },
        { "values without a tensor", SafeTensorsReader.File("{}", 1) },
        { "2^50 values", Single("""{"dtype":"U8","shape":[1125899906842624],"data_offsets":[0,1125899906842624]}""", 1) },
        { "a gap", Two("[0,1]", "[2,3]", 1, 2, 3) },
        { "an overlap", Two("[0,1]", "[0,1]", 1) },
        { "an end beyond 64 bits", SafeTensorsReader.File(
            """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"""
            + """ "b":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[1,-9223372036854775808]}}""", 1) },
        { "a name twice", SafeTensorsReader.File(
            """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 1, 2) },
        { "metadata that are numbers", SafeTensorsReader.File("""{"__metadata__":{"a":1}}""") },
        { "metadata that are null", SafeTensorsReader.File("""{"__metadata__":{"a":null}}""") },
        { "metadata that are a list", SafeTensorsReader.File("""{"__metadata__":[]}""") },
        { "metadata twice", SafeTensorsReader.File("""{"__metadata__":{"a":"b"},"__metadata__":{"a":"b"}}""") },
    };

    [Theory]
    [MemberData(nameof(MalformedFiles))]
    public void A_malformed_file_is_refused(string what, byte[] content)
    {
        var path = _folder.File("tensors", content);
        var error = Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read(path));
        Assert.True(error.Message.Contains(path, StringComparison.Ordinal), $"{what}: {error.Message}");
        // The length of a stream that is not seekable is unknown.
        Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read(TestFiles.ForwardOnly(content)));
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        var whole = Valid();
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read(new MemoryStream(whole[..length])));
            Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read(TestFiles.ForwardOnly(whole[..length])));
        }
        Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read(new MemoryStream([.. whole, 0])));
        Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read(TestFiles.ForwardOnly([.. whole, 0])));
        SafeTensorsFile.Read(new MemoryStream(whole));
    }

    [Fact]
    public void Any_changed_bytes_are_read_or_refused()
    {
        var whole = Valid();
        var changes = from position in Gen.Choose(0, whole.Length - 1) from value in Gen.Choose(0, 255) select (position, value);
        Prop.ForAll(changes.NonEmptyListOf().ToArbitrary(), list =>
        {
            var bytes = whole.ToArray();
            foreach (var (position, value) in list)
                bytes[position] = (byte)value;
            foreach (var stream in new[] { new MemoryStream(bytes), TestFiles.ForwardOnly(bytes) })
                try
                {
                    SafeTensorsFile.Read(stream);
                }
                catch (InvalidDataException)
                {
                    // This is the other allowed outcome.
                }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Single(string entry, params byte[] values) => SafeTensorsReader.File("{\"a\":" + entry + "}", values);

    private static byte[] Two(string offsetsOfA, string offsetsOfB, params byte[] values) => SafeTensorsReader.File(
        """{"a":{"dtype":"U8","shape":[1],"data_offsets":A},"b":{"dtype":"U8","shape":[1],"data_offsets":B}}"""
            .Replace("A", offsetsOfA).Replace("B", offsetsOfB),
        values);

    /// <summary>A small valid file.</summary>
    private static byte[] Valid()
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();
        var tensors = new Dictionary<string, Tensor>
        {
            ["a"] = torch.tensor(new[] { 1f, 2f }),
            ["b"] = torch.tensor(new[] { 3L }),
            ["c"] = zeros([0]),
        };
        SafeTensorsFile.Write(stream, StoredTensor.Of(tensors), new Dictionary<string, string> { ["key"] = "value" });
        return stream.ToArray();
    }
}
