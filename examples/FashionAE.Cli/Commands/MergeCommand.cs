using System.CommandLine;
using FashionAE.Cli.Encoding;
using FashionAE.Torch;

namespace FashionAE.Cli.Commands;

/// <summary>fashionae merge</summary>
internal sealed class MergeCommand
{
    private readonly Argument<string> _table = new("TABLE") { Description = "What the shards were encoded for by --out, such as codes.csv." };

    public static Command Create()
    {
        var merge = new MergeCommand();
        var command = new Command("merge", "Makes one table of the parts that 'fashionae encode --shard' has written. The parts stay.") { merge._table };
        command.SetAction(parsed => Merge(parsed.GetValue(merge._table)!));
        return command;
    }

    /// <summary>Makes the table.</summary>
    /// <param name="table">Its file.</param>
    /// <param name="count">How many shards it has; null to find that out.</param>
    /// <param name="keep">Whether the shards stay.</param>
    /// <returns>What the process ends with.</returns>
    public static int Merge(string table, int? count = null, bool keep = true)
    {
        var shards = Find(table, count);
        var unreadable = shards.SelectMany(shard => shard.End.Unreadable).ToList();
        var images = shards.Sum(shard => (long)shard.End.Images);
        AtomicFile.Write(table, stream =>
        {
            foreach (var (path, _, end) in shards)
                Copy(path, end, stream, withHeader: path == shards[0].Path);
        });
        foreach (var (path, _, _) in keep ? [] : shards)
            File.Delete(path);
        Console.WriteLine($"Merged {shards.Count:N0} {(shards.Count == 1 ? "shard" : "shards")} with {images - unreadable.Count:N0} of {images:N0} images into {table}");
        return EncodeCommand.Report(unreadable);
    }

    /// <summary>All shards of a table in their order, each with where its rows end.</summary>
    /// <exception cref="IOException">One is missing, or there are several sets of them.</exception>
    /// <exception cref="InvalidDataException">One is not whole, or of another model or other images.</exception>
    private static List<(string Path, ShardEnd End, long Rows)> Find(string table, int? expected)
    {
        var count = expected ?? CountShards(table);
        var shards = new List<(string, ShardEnd, long)>();
        string? source = null;
        for (var i = 1; i <= count; i++)
        {
            var path = new Shard(i, count).FileOf(table);
            var remedy = $"encode it by 'fashionae encode --out {table} --shard {i}/{count}'";
            if (!File.Exists(path))
                throw new FileNotFoundException($"{path} is missing: {remedy}.");
            var (end, rows) = ShardEnd.Read(path) ?? throw new InvalidDataException($"{path} is not whole: {remedy}.");
            source ??= end.Source;
            if (end.Source != source)
                throw new InvalidDataException($"{path} is of another model, of other images or options than {new Shard(1, count).FileOf(table)}: {remedy}.");
            shards.Add((path, end, rows));
        }
        return shards;
    }

    private static int CountShards(string table)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(table))!;
        var name = Path.GetFileName(table);
        var counts = (Directory.Exists(folder) ? Directory.GetFiles(folder, $"{name}.*-of-*") : [])
            .Select(file => Shard.Parse(Path.GetFileName(file)[(name.Length + 1)..].Replace("-of-", "/", StringComparison.Ordinal))?.Count)
            .OfType<int>().Distinct().Order().ToArray();
        if (counts.Length != 1)
            throw new IOException(counts.Length == 0
                ? $"There are no shards of {table}: encode them by 'fashionae encode --out {table} --shard 1/N' and so on."
                : $"There are shards of {string.Join(" and of ", counts)} parts of {table}: remove those that are not wanted.");
        return counts[0];
    }

    private static void Copy(string path, long end, Stream table, bool withHeader)
    {
        using var file = FileKind.OpenRead(path);
        // The first line is the header; names of columns hold no line ends.
        while (!withHeader && file.ReadByte() is >= 0 and not '\n')
        {
        }
        var buffer = new byte[1 << 16];
        while (file.Position < end && file.Read(buffer, 0, (int)Math.Min(buffer.Length, end - file.Position)) is > 0 and var count)
            table.Write(buffer, 0, count);
    }
}
