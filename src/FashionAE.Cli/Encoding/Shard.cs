using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FashionAE.Cli;

/// <summary>
/// One part of a table, in its own file next to the table. Independent processes encode the parts. Indices begin at 1.
/// </summary>
internal sealed record Shard(int Index, int Count)
{
    /// <summary>Parses a shard such as "3/8".</summary>
    public static Shard? Parse(string text)
    {
        int? Number(string digits) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return text.Split('/') is [var i, var n] && (Number(i), Number(n)) is ({ } index, { } count) && index >= 1 && index <= count
            ? new Shard(index, count)
            : null;
    }

    /// <summary>Gets the path of this part of a table.</summary>
    public string FileOf(string table) => $"{table}.{Index}-of-{Count}";

    /// <summary>Gets the range of files of this part. It consists of whole batches, so that batches are the same without shards.</summary>
    public (int Start, int End) FilesOf(int files, int batchSize)
    {
        var batches = (files + (long)batchSize - 1) / batchSize;
        int BeginningOf(int index) => (int)Math.Min(files, batches * index / Count * batchSize);
        return (BeginningOf(Index - 1), BeginningOf(Index));
    }
}

/// <summary>The last line of a shard's file: identifies the input, and lists the images that could not be read.</summary>
/// <param name="Source">A hash of the model, the images with their sizes, and the options: the same for all shards of a table.</param>
/// <param name="Times">A hash of the modification times of the shard's images.</param>
/// <param name="Images">The number of images, readable or not.</param>
/// <param name="Unreadable">The images that could not be read.</param>
internal sealed record ShardEnd(string Source, string Times, int Images, IReadOnlyList<UnreadableImage> Unreadable)
{
    // The name of an image file may begin with this mark, too. Its row is not mistaken for the end, because the rest of the row is not
    // valid JSON.
    private const string Mark = "#shard ";

    /// <summary>Computes the hash that distinguishes the shards of one table from those of another.</summary>
    public static string SourceOf(string model, ImageFiles files, PixelOptions options, int batchSize)
    {
        using var weights = AtomicFile.OpenRead(Directory.Exists(model) ? Path.Combine(model, "model.safetensors") : model);
        var settings = $"{Convert.ToHexString(SHA256.HashData(weights))} {options} {batchSize}";
        return Hash(files.Stamps(0, files.Names.Count).Select(file => $"{file.Name}\n{file.Length}").Prepend(settings));
    }

    /// <summary>Computes the hash that detects changed images. It is separate, since copies on other machines have other times.</summary>
    public static string TimesOf(ImageFiles files, int start, int end) =>
        Hash(files.Stamps(start, end).Select(file => $"{file.Changed.Ticks}"));

    public void Write(Stream table) => table.Write(Encoding.UTF8.GetBytes(Mark + JsonSerializer.Serialize(this)));

    /// <summary>Reads the end of a shard's file.</summary>
    /// <returns>The end and its position in bytes; null if the file is missing or incomplete.</returns>
    public static (ShardEnd End, long Position)? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        using var file = AtomicFile.OpenRead(path);
        using var reader = new StreamReader(file);
        var last = "";
        while (reader.ReadLine() is { } line)
            last = line;
        try
        {
            var end = last.StartsWith(Mark, StringComparison.Ordinal) ? JsonSerializer.Deserialize<ShardEnd>(last[Mark.Length..]) : null;
            return end is { Source: not null, Times: not null, Unreadable: not null }
                ? (end, file.Length - Encoding.UTF8.GetByteCount(last))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Hash(IEnumerable<string> lines) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")))));
}
