using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(PixelLoadingTransformer), typeof(ModelSaving<PixelLoadingTransformer, PixelSettings>), null,
    typeof(SignatureLoadModel), "",
    PixelLoadingTransformer.LoaderSignature)]

namespace FashionAE.MLNet;

/// <summary>Makes pixels of the files that a column of paths names.</summary>
internal sealed class PixelLoadingEstimator : ImageEstimator<PixelLoadingTransformer>
{
    private readonly IHostEnvironment _environment;
    private readonly PixelSettings _settings;

    public PixelLoadingEstimator(IHostEnvironment environment, string output, string? folder, string? input, PixelOptions options)
    {
        if (!string.IsNullOrEmpty(folder) && !Directory.Exists(folder))
            throw new ArgumentException($"There is no folder '{folder}': create it first, or name another.", nameof(folder));
        _environment = environment;
        _settings = PixelSettings.Of(output, input ?? output, string.IsNullOrEmpty(folder) ? null : Path.GetFullPath(folder), options);
    }

    private protected override PixelLoadingTransformer Make() => new(_settings) { Host = _environment };

    private protected override IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema)
    {
        ScalarColumn.Check(inputSchema, _settings.Input, TextDataViewType.Instance);
        return _settings.Promise();
    }
}

/// <summary>Makes pixels of the files that a column of paths names; decodes several of them at the same time.</summary>
internal sealed class PixelLoadingTransformer(PixelSettings settings) : BatchTransformer, ISaved<PixelLoadingTransformer, PixelSettings>
{
    public const string LoaderSignature = "FashionAE.LoadPixels";

    // Enough for the cores of a large machine, and few to decode in vain for whoever takes one row.
    private const int Rows = 32;

    // All threads of the process together decode no more pixels at the same time than these, 256 MiB of them, or one larger picture.
    private const long MostPixels = 1 << 26;

    private static readonly Budget Memory = new(MostPixels);

    static string ISaved<PixelLoadingTransformer, PixelSettings>.Kind => "FSHNLOAD";

    static string ISaved<PixelLoadingTransformer, PixelSettings>.Signature => LoaderSignature;

    static PixelLoadingTransformer ISaved<PixelLoadingTransformer, PixelSettings>.Load(PixelSettings settings, ModelLoadContext context) =>
        new(settings);

    public override string ToString() => settings.Describe("LoadPixels");

    internal override BatchMapping Map(DataViewSchema inputSchema) =>
        new Mapping(settings, Host, inputSchema, ScalarColumn.Find(inputSchema, settings.Input, TextDataViewType.Instance));

    private protected override void Save(ModelSaveContext context) =>
        ModelSaving<PixelLoadingTransformer, PixelSettings>.Save(context, settings);

    private sealed class Mapping(PixelSettings settings, IHostEnvironment? host, DataViewSchema inputSchema, DataViewSchema.Column input)
        : BatchMapping(inputSchema, settings.Columns(), Rows)
    {
        public override RowBatch CreateBatch(Func<int, bool> isActive, int capacity) => new Batch(settings, host, input, capacity);

        public override bool DropsRows => settings.SkipUnreadable;

        public override IEnumerable<int> Sources(int added) => [input.Index];
    }

    private sealed class Batch(PixelSettings settings, IHostEnvironment? host, DataViewSchema.Column input, int capacity)
        : PixelBatch(settings, capacity, host, "LoadPixels")
    {
        private readonly string[] _paths = new string[capacity];
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
                using var stream = FileKind.OpenRead(path);
                using var codec = PictureFile.Open(stream, _settings.MaximumPixels);
                var (width, height) = PictureFile.SizeFor(codec, Maker.Target(codec, _settings.Upright));
                using var share = Memory.Take((long)width * height);
                return Maker.Make(codec, _settings.Upright);
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
                throw new InvalidDataException($"Row {row}: '{path}' cannot be read: {e.Message}", e);
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
