namespace FashionAE.Cli;

/// <summary>Encodes a folder into a table or shards of one, alone or with other processes; tells which files could not be read.</summary>
internal sealed class TableEncoding(string table, string model, ImageFiles files, FolderEncoder encoder, CancellationToken cancellation)
{
    private const int MostImagesInShard = 1 << 16;

    /// <summary>Gets the file that is being written.</summary>
    public string Writing { get; private set; } = "";

    public IReadOnlyList<UnreadableImage> Encode() => Encode(table, 0, files.Names.Count, (_, _) => { });

    /// <summary>Encodes a shard, unless its file is there already.</summary>
    public IReadOnlyList<UnreadableImage> Encode(Shard shard) => Encode(shard, Source());

    /// <summary>Encodes shards in turn with the other processes. The first makes the table; each is told what to end with.</summary>
    public int EncodeTogether(MpiExchange exchange)
    {
        var source = Source();
        // What is done stays done when a job is started again, with as many ranks or with others.
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
        Console.WriteLine($"{file} is there, of the same model and images: nothing was encoded");
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
