namespace FashionAE.Cli;

/// <summary>The command <c>fashionae merge</c>.</summary>
internal static class MergeCommand
{
    public static Command Create()
    {
        var table = new Argument<string>("TABLE")
        {
            Description = "The table to write: the value of --out in 'fashionae encode --shard', such as codes.csv.",
        };
        var command = new Command("merge", "Joins the parts that 'fashionae encode --shard' wrote into one table. Keeps the parts.")
        {
            table,
        };
        command.SetAction(parsed => Merge(parsed.GetValue(table)!));
        return command;
    }

    /// <summary>Writes the table from its shards.</summary>
    public static int Merge(string table, int? count = null, bool keep = true)
    {
        var shards = Find(table, count ?? CountShards(table));
        var unreadable = shards.SelectMany(shard => shard.End.Unreadable).ToList();
        var images = shards.Sum(shard => (long)shard.End.Images);
        AtomicFile.Write(table, stream => shards.ForEach(shard => Copy(shard.Path, shard.Rows, stream, withHeader: shard == shards[0])));
        if (!keep)
            shards.ForEach(shard => File.Delete(shard.Path));
        var parts = $"{shards.Count:N0} {(shards.Count == 1 ? "shard" : "shards")}";
        Console.WriteLine($"Merged {parts} with {images - unreadable.Count:N0} of {images:N0} images into {table}");
        return EncodeCommand.Report(unreadable);
    }

    /// <summary>Finds all shards of a table in order, each with the position where its rows end.</summary>
    private static List<(string Path, ShardEnd End, long Rows)> Find(string table, int count)
    {
        var shards = new List<(string Path, ShardEnd End, long Rows)>();
        for (var i = 1; i <= count; i++)
        {
            var path = new Shard(i, count).FileOf(table);
            var remedy = $"encode it with 'fashionae encode --out {table} --shard {i}/{count}'";
            if (!File.Exists(path))
                throw new FileNotFoundException($"{path} is missing: {remedy}.");
            var (end, rows) = ShardEnd.Read(path) ?? throw new InvalidDataException($"{path} is incomplete: {remedy}.");
            shards.Add((path, end, rows));
            if (end.Source != shards[0].End.Source)
                throw new InvalidDataException(
                    $"{path} was encoded with another model, other images or other options than {shards[0].Path}: {remedy}.");
        }
        return shards;
    }

    private static int CountShards(string table)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(table))!;
        var name = Path.GetFileName(table);
        var counts = (Directory.Exists(folder) ? Directory.GetFiles(folder, $"{name}.*-of-*") : [])
            .Select(file => Path.GetFileName(file)[(name.Length + 1)..].Replace("-of-", "/", StringComparison.Ordinal))
            .Select(part => Shard.Parse(part)?.Count).OfType<int>().Distinct().Order().ToArray();
        if (counts.Length == 0)
            throw new IOException(
                $"There are no shards of {table}: encode them with 'fashionae encode --out {table} --shard 1/N' and so on.");
        return counts is [var count] ? count : throw new IOException(
            $"The shards of {table} belong to tables of {string.Join(" and of ", counts)} parts: remove those that you do not need.");
    }

    private static void Copy(string path, long end, Stream table, bool withHeader)
    {
        using var file = AtomicFile.OpenRead(path);
        // Skip the header, which is the first line: column names contain no line breaks.
        while (!withHeader && file.ReadByte() is >= 0 and not '\n')
        {
        }
        var buffer = new byte[1 << 16];
        while (file.Position < end && file.Read(buffer, 0, (int)Math.Min(buffer.Length, end - file.Position)) is > 0 and var count)
            table.Write(buffer, 0, count);
    }
}
