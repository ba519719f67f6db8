namespace FashionAE.Cli;

/// <summary>Encodes a folder into a table or its shards, alone or with other ranks. Returns the files that could not be read.</summary>
internal sealed class TableEncoding(string table, string model, ImageFiles files, FolderEncoder encoder, CancellationToken cancellation)
{
    private const int MostImagesInShard = 1 << 16;

    /// <summary>Gets the path of the file that is being written.</summary>
    public string Writing { get; private set; } = "";

    public IReadOnlyList<UnreadableImage> Encode() => Encode(table, 0, files.Names.Count, (_, _) => { });

    /// <summary>Encodes a shard unless its file already exists for the same model and images.</summary>
    public IReadOnlyList<UnreadableImage> Encode(Shard shard) => Encode(shard, Source());

    /// <summary>Encodes shards in turn with the other ranks. Rank 0 merges the table. Returns the exit code.</summary>
    public int EncodeTogether(MpiExchange exchange)
    {
        var source = Source();
        // A job that is started again reuses its finished shards, also with another number of ranks if the number of shards is the same.
        var count = Math.Max(exchange.Size, files.Names.Count / MostImagesInShard + 1);
        for (var i = exchange.Rank; i < count; i += exchange.Size)
            Encode(new Shard(i + 1, count), source);
        exchange.Barrier();
        return exchange.Rank == 0 ? MergeCommand.Merge(table, count, keep: false) : ExitCode.Success;
    }

    private string Source() => ShardEnd.SourceOf(model, files, encoder.Options, encoder.BatchSize);

    private IReadOnlyList<UnreadableImage> Encode(Shard shard, string source)
    {
        var (start, end) = shard.FilesOf(files.Names.Count, encoder.BatchSize);
        var file = shard.FileOf(table);
        var times = ShardEnd.TimesOf(files, start, end);
        if (ShardEnd.Read(file) is not ({ } there, _) || (there.Source, there.Times) != (source, times))
            return Encode(file, start, end, (unreadable, stream) => new ShardEnd(source, times, end - start, unreadable).Write(stream));
        Console.WriteLine($"{file} already exists for the same model and images: nothing was encoded");
        return there.Unreadable;
    }

    private UnreadableImage[] Encode(string file, int start, int end, Action<UnreadableImage[], Stream> finish)
    {
        Writing = file;
        var before = files.Unreadable.Count;
        UnreadableImage[] unreadable = [];
        Terminal.ShowProgress("images", end - start, done => AtomicFile.Write(file, stream =>
        {
            encoder.Encode(start, end, stream, done, cancellation);
            unreadable = [.. files.Unreadable.Skip(before)];
            finish(unreadable, stream);
        }));
        Console.WriteLine($"Encoded {end - start - unreadable.Length:N0} of {end - start:N0} images into {file}");
        return unreadable;
    }
}
