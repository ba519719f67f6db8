using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using FashionAE.Cli.Images;
using FashionAE.MLNet;
using FashionAE.Torch;

namespace FashionAE.Cli.Encoding;

/// <summary>One of several parts of a table, which processes that know nothing of each other encode: a file beside the table, from 1.</summary>
internal sealed record Shard(int Index, int Count)
{
    /// <summary>Reads "3/8".</summary>
    public static Shard? Parse(string text) =>
        text.Split('/') is [var i, var n] && int.TryParse(i, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
        && int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && index >= 1 && index <= count
            ? new Shard(index, count)
            : null;

    /// <summary>The file of this part of a table.</summary>
    public string FileOf(string table) => $"{table}.{Index}-of-{Count}";

    /// <summary>Its files, in whole batches: then each goes through the network in the same company as in a table that is encoded at once.</summary>
    public (int Start, int End) FilesOf(int files, int batchSize)
    {
        var batches = (files + (long)batchSize - 1) / batchSize;
        return ((int)Math.Min(files, batches * (Index - 1) / Count * batchSize), (int)Math.Min(files, batches * Index / Count * batchSize));
    }
}

/// <summary>The last line of a shard's file: what it was made from, and of which images nothing could be made.</summary>
/// <param name="Source">A hash of the model, the list of images with their sizes, and the options: the same for all shards of a table.</param>
/// <param name="Times">A hash of when the shard's images were last changed.</param>
/// <param name="Images">How many images there were.</param>
/// <param name="Unreadable">Those that could not be read.</param>
internal sealed record ShardEnd(string Source, string Times, int Images, IReadOnlyList<UnreadableImage> Unreadable)
{
    // A row that begins so, with the name of a file, is no JSON after it.
    private const string Mark = "#shard ";

    /// <summary>Tells the shards of one table from those of another.</summary>
    public static string SourceOf(string model, ImageFiles files, PixelOptions options, int batchSize)
    {
        using var weights = FileKind.OpenRead(Directory.Exists(model) ? Path.Combine(model, "model.safetensors") : model);
        var settings = $"{Convert.ToHexString(SHA256.HashData(weights))} {options} {batchSize}";
        return Hash(files.Stamps(0, files.Names.Count).Select(file => $"{file.Name}\n{file.Length}").Prepend(settings));
    }

    /// <summary>Tells a shard from one of the same files before they were changed. A copy of them on another machine has other times.</summary>
    public static string TimesOf(ImageFiles files, int start, int end) => Hash(files.Stamps(start, end).Select(file => $"{file.Changed.Ticks}"));

    public void Write(Stream table) => table.Write(System.Text.Encoding.UTF8.GetBytes(Mark + JsonSerializer.Serialize(this)));

    /// <summary>Reads the end of a shard's file.</summary>
    /// <returns>It, and where it begins; null where there is none, so that the file is not whole.</returns>
    public static (ShardEnd End, long Position)? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        using var file = FileKind.OpenRead(path);
        // Backwards to the end of the last row, which the line that is looked for has none of.
        var (tail, size) = (Array.Empty<byte>(), 4096L);
        int start;
        do
        {
            size = Math.Min(2 * size, file.Length);
            file.Position = file.Length - size;
            tail = new byte[size];
            file.ReadExactly(tail);
            start = Array.LastIndexOf(tail, (byte)'\n') + 1;
        }
        while (start == 0 && size < file.Length);
        var line = System.Text.Encoding.UTF8.GetString(tail.AsSpan(start));
        if (!line.StartsWith(Mark, StringComparison.Ordinal))
            return null;
        try
        {
            return JsonSerializer.Deserialize<ShardEnd>(line[Mark.Length..]) is { Source: not null, Times: not null, Unreadable: not null } end ? (end, file.Length - tail.Length + start) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Hash(IEnumerable<string> lines)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in lines)
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(line + "\n"));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
