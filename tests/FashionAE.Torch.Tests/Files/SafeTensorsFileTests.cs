using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using FashionAE.Torch.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Files;

public sealed class SafeTensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_bytes_are_those_that_the_format_describes()
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>
        {
            ["odd"] = torch.tensor(new byte[] { 1, 2, 3 }),
            ["äöü \"quoted\""] = torch.from_array(new[,] { { 1f, -2.5f, float.NaN } }),
            ["doubles"] = torch.tensor(new[] { Math.PI }),
            ["longs"] = torch.tensor(new[] { long.MinValue, 1L }),
            ["integers"] = torch.from_array(new[] { -2, 3 }),
            ["booleans"] = torch.from_array(new[] { true, false }),
            ["scalar"] = torch.tensor(new[] { 7L }).reshape(),
            ["empty"] = zeros([3, 0]),
            // The file is row-major, whatever the strides are.
            ["transposed"] = torch.from_array(new[,] { { 1f, 2f }, { 3f, 4f } }).transpose(0, 1),
        };
        var path = _folder.File("tensors");
        SafeTensorsFile.Write(path, StoredTensor.Of(tensors), new Dictionary<string, string> { ["note"] = "häßlich \n" });

        var (read, metadata) = SafeTensorsReader.Read(File.ReadAllBytes(path));
        var checksum = metadata["fashionae.sha256"];
        Assert.Equal(new Dictionary<string, string> { ["note"] = "häßlich \n", ["fashionae.sha256"] = checksum }, metadata);
        var rest = Encoding.Latin1.GetString(File.ReadAllBytes(path)[8..]).Replace(checksum, new string('0', 64));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.Latin1.GetBytes(rest))), checksum);
        Assert.Equal(tensors.Keys.Order(), read.Keys.Order());
        void Check(string name, string type, long[] shape, byte[] bytes)
        {
            Assert.Equal(type, read[name].DataType);
            Assert.Equal(shape, read[name].Shape);
            Assert.Equal(bytes, read[name].Bytes);
        }
        Check("odd", "U8", [3], [1, 2, 3]);
        Check("äöü \"quoted\"", "F32", [1, 3], [.. Floats(1, -2.5f, float.NaN)]);
        Check("doubles", "F64", [1], BitConverter.GetBytes(Math.PI));
        Check("longs", "I64", [2], [0, 0, 0, 0, 0, 0, 0, 0x80, 1, 0, 0, 0, 0, 0, 0, 0]);
        Check("integers", "I32", [2], [0xfe, 0xff, 0xff, 0xff, 3, 0, 0, 0]);
        Check("booleans", "BOOL", [2], [1, 0]);
        Check("scalar", "I64", [], [7, 0, 0, 0, 0, 0, 0, 0]);
        Check("empty", "F32", [3, 0], []);
        Check("transposed", "F32", [2, 2], [.. Floats(1, 3, 2, 4)]);
    }

    [Fact]
    public void What_was_written_is_read_back()
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>
        {
            ["a"] = rand([3, 4]),
            ["b"] = zeros([], int64),
            ["c"] = zeros([0]),
            ["d"] = ones([5], uint8),
            ["e"] = rand([2], float16),
            ["f"] = rand([3], bfloat16),
        };
        var path = _folder.File("tensors");
        SafeTensorsFile.Write(path, StoredTensor.Of(tensors));
        var whole = SafeTensorsFile.Read(path);
        var streamed = SafeTensorsFile.Read(TestFiles.ForwardOnly(File.ReadAllBytes(path)));
        foreach (var file in new[] { whole, streamed })
        {
            Assert.Empty(file.Metadata);
            Assert.Equal(tensors.Keys, file.Tensors.Keys);
            foreach (var (name, tensor) in tensors)
                TensorValues.AssertSameBits(tensor, file.Tensors[name].ToTensor());
        }
    }

    [Fact]
    public void A_file_of_PyTorch_is_read_unchanged()
    {
        var path = TestFiles.Golden("conv_initial.safetensors");
        var (expected, _) = SafeTensorsReader.Read(File.ReadAllBytes(path));
        var file = SafeTensorsFile.Read(path);
        Assert.Equal(16, file.Tensors.Count);
        Assert.Equal(expected.Keys.Order(), file.Tensors.Keys.Order());
        foreach (var (name, entry) in expected)
        {
            Assert.Equal(entry.Shape, file.Tensors[name].Shape);
            Assert.Equal(entry.Bytes, file.Tensors[name].Bytes);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_checksum_that_the_reader_knows_replaces_the_one_in_the_file(bool canSeek)
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();
        SafeTensorsFile.Write(stream, StoredTensor.Of(new Dictionary<string, Tensor> { ["a"] = arange(100) }));
        var (written, foreign) = (stream.ToArray(), File.ReadAllBytes(TestFiles.Golden("conv_initial.safetensors")));
        SafeTensorsFile Read(byte[] bytes, byte[] summed) => SafeTensorsFile.Read(
            canSeek ? new MemoryStream(bytes) : TestFiles.ForwardOnly(bytes), Convert.ToHexString(SHA256.HashData(summed)));

        foreach (var (bytes, isChecked) in new[] { (written, true), (foreign, false) })
        {
            Assert.Equal(isChecked, Read(bytes, bytes).IsChecked);
            Assert.Throws<InvalidDataException>(() => Read(bytes, bytes[1..]));
            byte[] altered = [.. bytes[..^1], (byte)(bytes[^1] ^ 1)];
            Assert.Throws<InvalidDataException>(() => Read(altered, bytes));
            // A hash from outside is checked instead of the one in the file.
            Read(altered, altered);
        }
    }

    [Fact]
    public void Tensors_may_be_in_another_order_than_their_names()
    {
        var bytes = SafeTensorsReader.File(
            """{"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]},"__metadata__":{"k":"v"},"""
            + """ "a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 1, 2, 3);
        var file = SafeTensorsFile.Read(new MemoryStream(bytes));
        Assert.Equal([1, 2], file.Tensors["a"].Bytes);
        Assert.Equal([3], file.Tensors["b"].Bytes);
        Assert.Equal("v", file.Metadata["k"]);
    }

    [Fact]
    public void The_values_begin_at_a_multiple_of_eight()
    {
        using var scope = NewDisposeScope();
        for (var length = 1; length < 10; length++)
        {
            using var stream = new MemoryStream();
            SafeTensorsFile.Write(stream, new Dictionary<string, StoredTensor> { [new string('n', length)] = StoredTensor.Of(zeros([1])) });
            Assert.Equal(0UL, BinaryPrimitives.ReadUInt64LittleEndian(stream.ToArray()) % 8);
        }
    }

    [Fact]
    public void An_unsupported_type_is_refused_and_leaves_the_old_file()
    {
        using var scope = NewDisposeScope();
        var path = _folder.File("tensors", [1, 2, 3]);
        var error = Assert.Throws<NotSupportedException>(
            () => SafeTensorsFile.Write(path, StoredTensor.Of(new Dictionary<string, Tensor> { ["short"] = zeros([2], ScalarType.Int16) })));
        Assert.Contains("'short'", error.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal(["tensors"], _folder.FileNames);
    }

    [Fact]
    public void A_missing_file_is_reported_by_its_name()
    {
        var error = Assert.Throws<FileNotFoundException>(() => SafeTensorsFile.Read(_folder.File("absent")));
        Assert.Contains("absent", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<byte> Floats(params float[] values) => values.SelectMany(BitConverter.GetBytes);
}
