using System.Text;

namespace FashionAE.Torch;

/// <summary>
/// A file of another format than the one expected, identified by its content. It is only asked for once reading has failed, so that no
/// valid file is ever taken for another kind.
/// </summary>
/// <param name="What">What the file is, such as "a Git LFS pointer".</param>
/// <param name="Remedy">How to get an autoencoder's weights from it.</param>
/// <param name="IsBadCopy">Whether the right file was never fetched, so that the remedy does not depend on what was expected.</param>
internal sealed record ForeignFile(string What, string Remedy, bool IsBadCopy = false)
{
    // The names of an archive's entries are plain text at its beginning and at its end.
    private const int Window = 1 << 16;
    private const string ToPython =
        "in Python, save its weights with safetensors.torch.save_file(model.state_dict(), \"weights.safetensors\"), "
        + "then load those with AutoencoderFile.LoadWeights (docs/from-pytorch.md).";
    private const string ToName = "name a .safetensors file.";

    private static readonly (byte[] Start, ForeignFile Kind)[] Signatures =
    [
        ([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19],
            new("a file of PyTorch's torch.save in its old pickle format", ToPython)),
        .. new byte[] { 2, 3, 4, 5 }.Select(version => ((byte[])[0x80, version], new ForeignFile("a Python pickle", ToPython))),
        ([.. "version https://git-lfs"u8],
            new("a Git LFS pointer, not the file itself", "fetch the file with 'git lfs pull'.", IsBadCopy: true)),
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
    /// Identifies data from the first bytes, of which some were read already, and from their last where the stream can seek; null where
    /// they do not tell.
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

    /// <summary>Says what the file is and what to do, in a sentence without its subject's name.</summary>
    public override string ToString() => $"it is {What}: {Remedy}";

    private static ForeignFile Compressed(string format) => new($"compressed with {format}", "decompress it and name the file within.");

    private static ForeignFile? Identify(ReadOnlySpan<byte> start, ReadOnlySpan<byte> end)
    {
        if (start.IsEmpty)
            return new("empty", "fetch or write it again.", IsBadCopy: true);
        if (start.StartsWith("PK"u8))
            return OfArchive(start, end);
        foreach (var (signature, kind) in Signatures)
            if (start.StartsWith(signature))
                return kind;
        if (start.IndexOfAnyExcept((byte)0) < 0 && start.Length > sizeof(long))
            return new("nothing but zeros at its beginning", "its download or copy broke off: fetch it again.", IsBadCopy: true);
        if (IsOfTorchSharp(start))
            return new("a file of TorchSharp's Module.save", "build the network, call its load(path), then AutoencoderFile.Save.");
        // A protocol buffer whose first field is the version of the format.
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
            : new("a zip archive", "unpack it and name the file within.");
    }

    private static bool Has(ReadOnlySpan<byte> name, ReadOnlySpan<byte> start, ReadOnlySpan<byte> end) =>
        start.IndexOf(name) >= 0 || end.IndexOf(name) >= 0;

    /// <summary>TorchSharp writes the number of tensors (LEB128), then the name of each after its length, and its values.</summary>
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
            return new("a web page or XML", "a server sent it in place of the file: download the file itself.", IsBadCopy: true);
        if (text.StartsWith('{') || text.StartsWith('['))
            return new("JSON", ToName);
        text = text.ReplaceLineEndings(" ");
        return new($"a text that begins with '{(text.Length <= Shown ? text : text[..Shown] + "...")}'", ToName);
    }
}
