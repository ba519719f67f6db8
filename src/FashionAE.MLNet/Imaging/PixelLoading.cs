using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;

[assembly: Saved<PixelLoading>]

namespace FashionAE.MLNet;

/// <summary>Makes pixels of the files that a column of paths names; decodes several of them at the same time.</summary>
internal sealed record PixelLoading(PixelSettings Settings) : Component<PixelLoading>, ISaved
{
    // Enough for the cores of a large machine, and few to decode in vain for whoever takes one row.
    private const int Rows = 32;

    // All threads of the process together decode no more pixels at the same time than these, 256 MiB of them, or one larger picture.
    private const long MostPixels = 1 << 26;

    private static readonly Budget Memory = new(MostPixels);

    public static string Kind => "FSHNLOAD";

    public static string Signature => "FashionAE.LoadPixels";

    internal override string Step => "LoadPixels";

    internal override void Check()
    {
        CheckNames(Settings.Output, Settings.Input);
        Settings.Check();
    }

    internal override IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema)
    {
        ScalarColumn.Check(inputSchema, Settings.Input, TextDataViewType.Instance);
        return Settings.Promise();
    }

    internal override BatchMapping Bind(DataViewSchema inputSchema)
    {
        var input = ScalarColumn.Find(inputSchema, Settings.Input, TextDataViewType.Instance);
        return Settings.Bind(inputSchema, input, Rows, request => new Batch(Settings, request, input));
    }

    internal override BatchTransformer ToTransformer() => new PixelTransformer(this, Settings);

    private sealed class Batch(PixelSettings settings, BatchRequest request, DataViewSchema.Column input)
        : PixelBatch(settings, request.Capacity, request.Log)
    {
        private readonly string[] _paths = new string[request.Capacity];
        private readonly PixelSettings _settings = settings;
        private ValueGetter<ReadOnlyMemory<char>>? _get;

        public override void Bind(DataViewRow row)
        {
            base.Bind(row);
            _get = row.GetGetter<ReadOnlyMemory<char>>(input);
        }

        public override void Read(int place)
        {
            base.Read(place);
            var text = default(ReadOnlyMemory<char>);
            _get!(ref text);
            _paths[place] = text.ToString();
        }

        protected override float[] Make(int place, long row)
        {
            var path = _paths[place];
            if (path.Length == 0)
                throw new InvalidOperationException($"Row {row} has no path in column '{input.Name}'{Remedy}");
            path = _settings.Folder is { } folder ? Path.Combine(folder, path) : path;
            try
            {
                return PixelReader.Open(path, _settings.MaximumPixels, codec =>
                {
                    var (width, height) = PictureFile.SizeFor(codec, Maker.Target(codec, _settings.Upright));
                    using var share = Memory.Take((long)width * height);
                    return Maker.Make(codec, _settings.Upright);
                });
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                throw new FileNotFoundException(
                    $"Row {row}: there is no file '{path}'. Correct the column '{input.Name}'"
                    + (_settings.Folder is null ? "." : " or the folder, or give absolute paths."), path, e);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                throw new IOException($"Row {row}: '{path}' cannot be read: {e.Message}", e);
            }
            catch (InvalidDataException e)
            {
                throw new InvalidDataException($"Row {row}: {e.Message}", e);
            }
        }
    }

    /// <summary>An amount that several threads share: who wants more than is left waits.</summary>
    private sealed class Budget(long amount)
    {
        private readonly object _lock = new();
        private long _taken;

        public Share Take(long wanted)
        {
            lock (_lock)
            {
                while (_taken > 0 && _taken + wanted > amount)
                    Monitor.Wait(_lock);
                _taken += wanted;
            }
            return new Share(this, wanted);
        }

        public readonly struct Share(Budget budget, long taken) : IDisposable
        {
            public void Dispose()
            {
                lock (budget._lock)
                {
                    budget._taken -= taken;
                    Monitor.PulseAll(budget._lock);
                }
            }
        }
    }
}
