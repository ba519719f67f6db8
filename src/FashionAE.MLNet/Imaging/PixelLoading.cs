using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;

[assembly: Saved<PixelLoading>]

namespace FashionAE.MLNet;

/// <summary>Makes pixels of the files that a column of paths names; decodes several of them at the same time.</summary>
/// <param name="Folder">The folder that paths start from, as an absolute path; null for none.</param>
internal sealed record PixelLoading(string Output, string Input, string? Folder, PixelOptions Options)
    : PixelStep<PixelLoading>(Output, Input, Options), ISaved
{
    // All threads of the process together decode no more pixels at the same time than these, 256 MiB of them, or one larger picture.
    private const long MostPixels = 1 << 26;

    private static readonly Budget Memory = new(MostPixels);

    public static string Kind => "FSHNLOAD";

    public static string Signature => "FashionAE.LoadPixels";

    internal override string Step => "LoadPixels";

    private protected override DataViewType InputType => TextDataViewType.Instance;

    // Enough for the cores of a large machine, and few to decode in vain for whoever takes one row.
    private protected override int BatchSize => 32;

    private protected override PixelBatch CreateBatch(BatchRequest request, DataViewSchema.Column input) => new Batch(this, request, input);

    private sealed class Batch(PixelLoading step, BatchRequest request, DataViewSchema.Column input) : PixelBatch(step.Options, request)
    {
        private readonly string[] _paths = new string[request.Capacity];
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
            path = Path.Combine(step.Folder ?? "", path);
            try
            {
                return PixelReader.Open(path, step.Options.MaximumPixels, codec =>
                {
                    var (width, height) = PictureFile.SizeFor(codec, Maker.Target(codec));
                    using var share = Memory.Take((long)width * height);
                    return Maker.Make(codec);
                });
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                throw new FileNotFoundException(
                    $"Row {row}: there is no file '{path}'. Correct the column '{input.Name}'"
                    + (step.Folder is null ? "." : " or the folder, or give absolute paths."), path, e);
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
