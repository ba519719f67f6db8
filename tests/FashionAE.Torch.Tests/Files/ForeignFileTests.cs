using System.IO.Compression;
using FashionAE.Torch.Tests.Support;

namespace FashionAE.Torch.Tests.Files;

/// <summary>A file of another kind, passed as a model, is identified by its content, and the message says what to do.</summary>
public sealed class ForeignFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    // The first bytes are those in the description of each format.
    public static TheoryData<byte[], string, string> Files => new()
    {
        { File.ReadAllBytes(TestFiles.Golden("weights-of-torch.pt")), "torch.save", "safetensors.torch.save_file(model.state_dict(), " },
        { File.ReadAllBytes(TestFiles.Golden("pointer.safetensors")), "a Git LFS pointer", "git lfs pull" },
        // Python: pickle.dumps(0x1950a86a20f9469cfc6c, 2), the beginning of torch.save files before version 1.6.
        { Convert.FromHexString("80028a0a6cfc9c46f9206aa850192e8002"), "torch.save", "safetensors.torch.save_file(model.state_dict(), " },
        // Python: pickle.dumps({"encoder.0.weight": [1.0]}, 4).
        {
            Convert.FromHexString("80049523000000000000007d948c10656e636f6465722e302e776569676874945d94473ff000000000000061732e"),
            "a Python pickle", "safetensors.torch.save_file(model.state_dict(), "
        },
        { Zip("TrainingInfo/Version.txt", "TransformerChain/Model.key", "Schema"), "model.zip", "ml.Model.Load" },
        { Zip("TransformerChain/Transform_000/Model.key", "Schema"), "model.zip", "ml.Model.Load" },
        { Zip("encoder.0.weight.npy"), ".npz", "safetensors.numpy.save_file" },
        { Zip("weights.safetensors"), "a zip archive", "extract it" },
        { [.. "<!DOCTYPE html><html><body>Sign in</body></html>"u8], "a web page", "download" },
        { [0xef, 0xbb, 0xbf, .. "\n {\"type\": \"convolutional\"}"u8], "JSON", ".safetensors" },
        { [.. "Entry not found\r\n"u8], "'Entry not found'", ".safetensors" },
        { [0x89, .. "PNG\r\n"u8, 0x1a, (byte)'\n', 0, 0, 0, 13, .. "IHDR"u8], "a PNG image", ".safetensors" },
        { [0xff, 0xd8, 0xff, 0xe0, 0, 16, .. "JFIF"u8, 0], "a JPEG image", ".safetensors" },
        { [8, 8, 0x12, 7, .. "pytorch"u8, 0x1a, 5, .. "2.3.0"u8, 0x3a, 0x80, 1], "ONNX", "ONNX Runtime" },
        { [0x89, .. "HDF\r\n"u8, 0x1a, (byte)'\n', 0, 0, 0, 0, 0, 8, 8, 0], "HDF5", "safetensors.numpy.save_file" },
        { [0x93, .. "NUMPY"u8, 1, 0, 0x76, 0, .. "{'descr'"u8], "NumPy", "safetensors.numpy.save_file" },
        { [], "empty", "again" },
        { new byte[100], "zeros", "again" },
        { TestFiles.Compressed([.. "{}"u8]), "gzip", "decompress" },
        { [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 255], "IDX", "ImageSet.FromIdx" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_of_another_kind_is_identified_with_the_remedy(byte[] content, string kind, string remedy)
    {
        var path = _folder.File("model.safetensors", content);
        using var model = new LinearArchitecture(new ImageShape(1, 2, 2), 1).Build();
        var messages = new[]
        {
            Assert.Throws<InvalidDataException>(() => AutoencoderFile.Load(path)).Message,
            Assert.Throws<InvalidDataException>(() => AutoencoderFile.LoadWeights(model, path)).Message,
            Assert.Throws<InvalidDataException>(() => AutoencoderFile.Load(new MemoryStream(content))).Message,
            Assert.Throws<InvalidDataException>(() => AutoencoderFile.Load(TestFiles.ForwardOnly(content))).Message,
        };
        Assert.All(messages, message =>
        {
            Assert.Contains(kind, message, StringComparison.Ordinal);
            Assert.Contains(remedy, message, StringComparison.Ordinal);
            Assert.DoesNotContain("claims", message, StringComparison.Ordinal);
        });
        Assert.All(messages[..2], message => Assert.StartsWith(path, message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_gzip_file_whose_first_bytes_could_be_a_length_is_identified()
    {
        // Read as a header length, 1f 8b 08 00 00 00 00 00 is 559,903 bytes, less than the file has.
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.NoCompression, leaveOpen: true))
            gzip.Write(new byte[600_000]);
        Assert.Equal([0x1f, 0x8b, 8, 0, 0, 0, 0, 0], stream.ToArray()[..8]);
        var path = _folder.File("model.safetensors", stream.ToArray());
        Assert.Contains("gzip", Assert.Throws<InvalidDataException>(() => AutoencoderFile.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_TorchSharps_is_identified()
    {
        using var model = new ConvolutionalArchitecture(new ImageShape(1, 4, 4)) { Channels = [2] }.Build();
        var path = _folder.File("model.dat");
        model.save(path);
        var message = Assert.Throws<InvalidDataException>(() => AutoencoderFile.Load(path)).Message;
        Assert.Contains("TorchSharp's Module.save", message, StringComparison.Ordinal);
        Assert.Contains("AutoencoderFile.Save", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_archive_is_identified_by_the_names_at_its_end()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using (var entry = archive.CreateEntry("Schema", CompressionLevel.NoCompression).Open())
                entry.Write(new byte[200_000]);
            archive.CreateEntry("TrainingInfo/Version.txt");
        }
        var error = Assert.Throws<InvalidDataException>(() => AutoencoderFile.Load(_folder.File("model.safetensors", stream.ToArray())));
        Assert.Contains("ml.Model.Load", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Zip(params string[] names)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var name in names)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write("content"u8);
            }
        return stream.ToArray();
    }
}
