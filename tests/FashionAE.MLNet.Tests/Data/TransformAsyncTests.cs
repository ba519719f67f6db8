using System.Runtime.CompilerServices;
using System.Threading.Channels;
using FashionAE.MLNet.Tests.Imaging;
using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Data;

/// <summary>Streams scored by <c>TransformAsync</c>.</summary>
public sealed class TransformAsyncTests : IDisposable
{
    // The time limit for events that must happen even on a slow machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly MLContext _ml = new(seed: 1);
    private readonly ImageRow[] _rows = Images.Rows(100);
    private readonly IDataView _view;
    private readonly TransformerChain<AutoencoderTransformer> _model;

    public TransformAsyncTests()
    {
        _view = _ml.Data.LoadFromEnumerable(_rows);
        _model = _ml.Transforms.AddGaussianNoise("New", "Pixels", seed: 4)
            .Append(_ml.Transforms.EncodeWithAutoencoder("Code", "New", Models.Options())).Fit(_view);
    }

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(256)]
    public async Task A_stream_has_the_values_of_a_view_in_its_order(int batchSize)
    {
        var scored = _model.Transform(_view);
        var expected = _ml.Data.CreateEnumerable<Coded>(scored, reuseRowObject: false).ToArray();
        var stream = _ml.Model.TransformAsync<ImageRow, Coded>(_model, Stream(_rows), batchSize);
        // Two passes at the same time must not affect each other.
        foreach (var actual in await Task.WhenAll(ToArray(stream), ToArray(stream)))
        {
            Assert.Equal(expected.Select(row => row.Id), actual.Select(row => row.Id));
            // Noise depends on the row's id.
            Assert.Equal(expected.Select(row => row.New), actual.Select(row => row.New));
            foreach (var (a, b) in expected.SelectMany(row => row.Code).Zip(actual.SelectMany(row => row.Code)))
                Assert.Equal(a, b, 1e-5f * Math.Max(1, Math.Abs(a)));
        }
    }

    [Fact]
    public async Task A_row_is_scored_without_waiting_for_the_next_one()
    {
        var source = Channel.CreateUnbounded<ImageRow>();
        await source.Writer.WriteAsync(_rows[0]);
        var served = 0;
        await foreach (var row in _ml.Model.TransformAsync<ImageRow, Coded>(_model, source.Reader.ReadAllAsync()))
        {
            Assert.Equal(served, row.Id);
            if (++served < 5)
                await source.Writer.WriteAsync(_rows[served]);
            else
                source.Writer.TryComplete();
        }
        Assert.Equal(5, served);
    }

    [Fact]
    public async Task A_stream_is_read_two_batches_ahead_at_most_and_closed_when_the_loop_ends()
    {
        const int BatchSize = 10;
        var (read, isClosed) = (0, false);
        async IAsyncEnumerable<ImageRow> Endless()
        {
            try
            {
                for (; ; await Task.Yield())
                    yield return _rows[Interlocked.Increment(ref read) % _rows.Length];
            }
            finally
            {
                isClosed = true;
            }
        }

        var served = 0;
        await foreach (var row in _ml.Model.TransformAsync<ImageRow, Coded>(_model, Endless(), BatchSize))
        {
            // One batch whose results are being returned, one that has arrived, and one row that waits for space.
            Assert.InRange(Volatile.Read(ref read), served + 1, served + 2 * BatchSize + 1);
            if (++served == 200)
                break;
        }
        Assert.True(isClosed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelling_ends_the_loop_and_the_stream(bool isArgument)
    {
        using var stop = new CancellationTokenSource();
        var isClosed = false;
        async IAsyncEnumerable<ImageRow> Waiting([EnumeratorCancellation] CancellationToken token = default)
        {
            try
            {
                yield return _rows[0];
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                isClosed = true;
            }
        }

        var results = isArgument
            ? _ml.Model.TransformAsync<ImageRow, Coded>(_model, Waiting(), cancellationToken: stop.Token)
            : _ml.Model.TransformAsync<ImageRow, Coded>(_model, Waiting());
        var served = 0;
        async Task Read()
        {
            await foreach (var row in isArgument ? results : WithToken())
            {
                served++;
                await stop.CancelAsync();
            }
        }

        async IAsyncEnumerable<Coded> WithToken()
        {
            await foreach (var row in results.WithCancellation(stop.Token))
                yield return row;
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Read().WaitAsync(Patience));
        Assert.Equal((1, true), (served, isClosed));
    }

    [Fact]
    public async Task Exceptions_of_the_stream_arrive_unchanged_after_the_rows_before()
    {
        var broken = new TimeoutException("the line is cut");
        async IAsyncEnumerable<ImageRow> Breaking()
        {
            foreach (var row in _rows[..5])
                yield return row;
            await Task.Yield();
            throw broken;
        }

        var served = new List<int>();
        var error = await Assert.ThrowsAsync<TimeoutException>(async () =>
        {
            await foreach (var row in _ml.Model.TransformAsync<ImageRow, Coded>(_model, Breaking(), batchSize: 2))
                served.Add(row.Id);
        });
        Assert.Same(broken, error);
        Assert.Equal([0, 1, 2, 3, 4], served);
    }

    [Fact]
    public async Task Exceptions_of_the_model_name_the_row_of_the_stream_after_the_rows_before()
    {
        var whole = File.ReadAllBytes(Pictures.Case("white-97x97.png"));
        var files = Enumerable.Range(0, 50).Select(i => new BytesRow { Png = i == 40 ? [1, 2, 3] : whole }).ToArray();
        var decode = _ml.Transforms.DecodePixels("Pixels", Images.Shape, "Png").Fit(_ml.Data.LoadFromEnumerable(files));
        var served = 0;
        var error = await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (var row in _ml.Model.TransformAsync<BytesRow, Decoded>(decode, Stream(files), batchSize: 7))
                served++;
        });
        Assert.StartsWith("Row 40: the picture in column 'Png' cannot be read", error.Message);
        Assert.Equal(40, served);

        var skip = _ml.Transforms.DecodePixels("Pixels", "Png", new PixelOptions { Shape = Images.Shape, SkipUnreadable = true })
            .Fit(_ml.Data.LoadFromEnumerable(files));
        Assert.Equal(49, (await ToArray(_ml.Model.TransformAsync<BytesRow, Decoded>(skip, Stream(files), batchSize: 7))).Length);
    }

    [Fact]
    public async Task Batches_of_a_stream_are_no_repeated_reads_and_a_warning_comes_once()
    {
        using var encoder = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options()).Fit(_view);
        using var model = _ml.Transforms.CopyColumns("Copy", "Pixels").Fit(_view).Append(encoder);
        var warnings = new List<string>();
        _ml.Log += (_, e) =>
        {
            lock (warnings)
                if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                    warnings.Add(e.RawMessage);
        };
        var bright = Array.ConvertAll(_rows[..20], row => new ImageRow { Id = row.Id, Pixels = Array.ConvertAll(row.Pixels, p => 255 * p) });
        Assert.Equal(20, (await ToArray(_ml.Model.TransformAsync<ImageRow, CodedAlone>(model, Stream(bright), batchSize: 1))).Length);
        Message.Says(Assert.Single(warnings), "'Pixels'", "ScalePixels");
    }

    [Fact]
    public async Task A_model_that_cannot_score_a_stream_is_refused()
    {
        var rotate = _ml.Transforms.RotateImages("Turned", "Pixels", copies: 2).Fit(_view);
        Message.Says<ArgumentException>(
            () => _ml.Model.TransformAsync<ImageRow, Coded>(rotate, Stream(_rows)), "exactly one row per input row", "GetModelFor(TransformerScope.Scoring)");
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Model.TransformAsync<ImageRow, Coded>(_model, Stream(_rows), batchSize: 0));
        var error = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => ToArray(_ml.Model.TransformAsync<BytesRow, Coded>(_model, Stream(new BytesRow()))));
        Assert.Contains("'Pixels'", error.Message);
    }

    private static async IAsyncEnumerable<T> Stream<T>(params T[] rows)
    {
        foreach (var row in rows)
        {
            await Task.Yield();
            yield return row;
        }
    }

    private static async Task<T[]> ToArray<T>(IAsyncEnumerable<T> rows)
    {
        var list = new List<T>();
        await foreach (var row in rows)
            list.Add(row);
        return [.. list];
    }

    private sealed class Coded
    {
        public int Id { get; set; }

        public float[] New { get; set; } = [];

        public float[] Code { get; set; } = [];
    }

    private sealed class CodedAlone
    {
        public float[] Code { get; set; } = [];
    }

    private sealed class Decoded
    {
        public float[] Pixels { get; set; } = [];
    }
}
