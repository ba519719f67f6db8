using System.Text;

namespace FashionAE.Torch;

/// <summary>
/// Describes a file that has another format than the expected one, identified by its content. Identification only starts after reading has
/// failed, so a valid file is never mistaken for another kind.
/// </summary>
/// <param name="What">The kind of the file, such as "a Git LFS pointer".</param>
/// <param name="Remedy">What to do instead.</param>
/// <param name="IsBadCopy">
/// Whether a download or a copy of the right file failed. The remedy is then the same for every expected format.
/// </param>
internal sealed record ForeignFile(string What, string Remedy, bool IsBadCopy = false)
{
    // The names of an archive's entries are plain text near its beginning and its end.
    private const int Window = 1 << 16;
    private const string ToPython =
        "in Python, save the weights with safetensors.torch.save_file(model.state_dict(), \"weights.safetensors\"), "
        + "then load that file with AutoencoderFile.LoadWeights (docs/from-pytorch.md).";
    private const string ToName = "specify a .safetensors file.";

    private static readonly (byte[] Start, ForeignFile Kind)[] Signatures =
    [
        ([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19],
            new("a file of PyTorch's torch.save in its old pickle format", ToPython)),
        .. new byte[] { 2, 3, 4, 5 }.Select(version => ((byte[])[0x80, version], new ForeignFile("a Python pickle", ToPython))),
        ([.. "version https://git-lfs"u8],
            new("a Git LFS pointer, not the file itself", "download the file with 'git lfs pull'.", IsBadCopy: true)),
        ([0x89, .. "HDF\r\n"u8], new("an HDF5 file, such as Keras writes",
            "in Python, read it and save its arrays under the names of the network with safetensors.numpy.save_file.")),
        ([0x93, .. "NUMPY"u8], new("a single NumPy array", "in Python, save all weights by name with safetensors.numpy.save_file.")),
        ([0x89, .. "PNG"u8], new("a PNG image", ToName)),
        ([0xff, 0xd8, 0xff], new("a JPEG image", ToName)),
        ([.. "GIF8"u8], new("a GIF image", ToName)),
        ([0x1f, 0x8b], Compressed("gzip")),
        ([0xfd, .. "7zXZ"u8], Compressed("xz")),
        ([0x28, 0xb5, 0x2f, 0xfd], Compressed("Zstandard")),
        ([.. "BZh"u8], Compressed("bzip2")),
        ([.. "7z"u8, 0xbc, 0xaf], Compressed("7z")),
        ([0, 0, 8, 1], new("an IDX file of labels", ToName)),
        .. new byte[] { 3, 4 }.Select(dimensions =>
            ((byte[])[0, 0, 8, dimensions], new ForeignFile("an IDX file of images", "load images with ImageSet.FromIdx."))),
    ];

    /// <summary>
    /// Identifies data from its first bytes, some of which were read already, and also from its last bytes if the stream is seekable.
    /// Returns null if the format is unknown.
    /// </summary>
    public static ForeignFile? Of(ReadOnlySpan<byte> read, Stream stream)
    {
        var start = new byte[Window];
        var count = Math.Min(read.Length, Window);
        read[..count].CopyTo(start);
        count += stream.ReadAtLeast(start.AsSpan(count), Window - count, throwOnEndOfStream: false);
        var end = Array.Empty<byte>();
        if (stream.CanSeek && stream.Position < stream.Length)
        {
            end = new byte[Math.Min(Window, stream.Length - stream.Position)];
            stream.Seek(-end.Length, SeekOrigin.End);
            stream.ReadExactly(end);
        }
        return Identify(start.AsSpan(0, count), end);
    }

    /// <summary>Formats the description as the end of a message: what the file is and what to do.</summary>
    public override string ToString() => $"it is {What}: {Remedy}";

    private static ForeignFile Compressed(string format) => new($"compressed with {format}", "decompress it and specify the file inside.");

    private static ForeignFile? Identify(ReadOnlySpan<byte> start, ReadOnlySpan<byte> end)
    {
        if (start.IsEmpty)
            return new("empty", "download or write it again.", IsBadCopy: true);
        if (start.StartsWith("PK"u8))
            return OfArchive(start, end);
        foreach (var (signature, kind) in Signatures)
            if (start.StartsWith(signature))
                return kind;
        if (start.IndexOfAnyExcept((byte)0) < 0 && start.Length > sizeof(long))
            return new("nothing but zeros at its beginning", "its download or copy is incomplete: download it again.", IsBadCopy: true);
        if (IsOfTorchSharp(start))
            return new("a file of TorchSharp's Module.save", "build the network, call its load(path), then AutoencoderFile.Save.");
        // A protocol buffer whose first field is the format version.
        if (start is [8, > 0 and < 32, 0x12 or 0x1a or 0x22 or 0x28 or 0x32 or 0x3a or 0x42, ..])
            return new("an ONNX model", "run it with ONNX Runtime, or save the weights of its network as safetensors.");
        return OfText(start);
    }

    private static ForeignFile OfArchive(ReadOnlySpan<byte> start, ReadOnlySpan<byte> end)
    {
        if (Has("data.pkl"u8, start, end))
            return new("a file of PyTorch's torch.save (a zip archive with a pickle)", ToPython);
        if (Has("TrainingInfo/Version.txt"u8, start, end) || Has("TransformerChain/"u8, start, end))
            return new("a pipeline that ML.NET saved (model.zip)", "load it with ml.Model.Load.");
        return Has(".npy"u8, start, end)
            ? new("an .npz archive of NumPy arrays",
                "in Python, write safetensors.numpy.save_file(dict(numpy.load(\"weights.npz\")), \"weights.safetensors\").")
            : new("a zip archive", "extract it and specify the file inside.");
    }

    private static bool Has(ReadOnlySpan<byte> name, ReadOnlySpan<byte> start, ReadOnlySpan<byte> end) =>
        start.IndexOf(name) >= 0 || end.IndexOf(name) >= 0;

    /// <summary>
    /// Returns whether data has the format of TorchSharp: the number of tensors (LEB128), then for each tensor the length of its name, the
    /// name, and the values.
    /// </summary>
    private static bool IsOfTorchSharp(ReadOnlySpan<byte> start)
    {
        var place = 0;
        while (place < 3 && place < start.Length && start[place] >= 0x80)
            place++;
        return ++place + 1 < start.Length && start[place] is >= 4 and < 0x80 && place + 1 + start[place] <= start.Length
            && start.Slice(place + 1, start[place]).ToArray().All(b => char.IsAsciiLetterOrDigit((char)b) || (char)b is '.' or '_');
    }

    private static ForeignFile? OfText(ReadOnlySpan<byte> start)
    {
        const int Shown = 40;
        var text = Encoding.UTF8.GetString(start[..Math.Min(start.Length, 512)]).TrimStart('\ufeff').Trim();
        if (text.Any(letter => letter is < ' ' and not ('\t' or '\r' or '\n' or '\f')))
            return null;
        if (text.StartsWith('<'))
            return new("a web page or XML", "a server sent it instead of the file: download the file itself.", IsBadCopy: true);
        if (text.StartsWith('{') || text.StartsWith('['))
            return new("JSON", ToName);
        text = text.ReplaceLineEndings(" ");
        return new($"a text that begins with '{(text.Length <= Shown ? text : text[..Shown] + "...")}'", ToName);
    }
}
