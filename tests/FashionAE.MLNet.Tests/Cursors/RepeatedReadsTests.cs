using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet.Tests.Cursors;

/// <summary>Repeated reads of an autoencoder's columns cause one warning per view, which recommends a cache.</summary>
public sealed class RepeatedReadsTests : IDisposable
{
    private const int Count = 1100;

    private readonly MLContext _ml = new(seed: 1);
    private readonly List<LoggingEventArgs> _log = [];
    private readonly string _model = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly IDataView _images;
    private readonly AutoencoderTransformer _encoder;

    public RepeatedReadsTests()
    {
        using (var network = Models.Dense.Build())
            AutoencoderFile.Save(network, _model);
        _images = _ml.Data.LoadFromEnumerable(Images.Halves(Count));
        _encoder = _ml.Transforms.ApplyAutoencoder("Code", "Pixels", _model).Fit(_images);
        _ml.Log += Note;
    }

    private string[] Warnings
    {
        get
        {
            lock (_log)
                return [.. _log.Where(e => e.Kind == ChannelMessageKind.Warning).Select(e => e.RawMessage)];
        }
    }

    public void Dispose()
    {
        _encoder.Dispose();
        File.Delete(_model);
    }

    [Fact]
    public void The_third_read_of_a_view_is_told_of_the_cache_and_no_later_one()
    {
        var view = _encoder.Transform(_images);
        for (var read = 1; read <= 5; read++)
        {
            Assert.Equal(Count, Codes(view).Length);
            Assert.Equal(read < 3 ? 0 : 1, Warnings.Length);
        }
        var warning = Assert.Single(_log, e => e.Kind == ChannelMessageKind.Warning);
        Assert.Contains("'Code'", warning.RawMessage, StringComparison.Ordinal);
        Assert.Contains(".AppendCacheCheckpoint(ml)", warning.RawMessage, StringComparison.Ordinal);
        Assert.Contains("ml.Data.Cache(view)", warning.RawMessage, StringComparison.Ordinal);
        Assert.Contains("Autoencoder", warning.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_view_is_counted_by_itself()
    {
        var (one, other) = (_encoder.Transform(_images), _encoder.Transform(_images));
        Codes(one);
        Codes(one);
        Codes(other);
        Codes(other);
        Assert.Empty(Warnings);
        Codes(other);
        Codes(one);
        Assert.Equal(2, Warnings.Length);
    }

    [Fact]
    public void Looks_at_some_rows_or_at_columns_of_the_input_do_not_count()
    {
        var view = _encoder.Transform(_images);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(100, view.Preview().RowView.Length);
            Assert.Equal(Count, view.GetColumn<uint>("Label").Count());
            Assert.Equal(10, view.GetColumn<float[]>("Code").Take(10).Count());
            using (view.GetRowCursor(view.Schema))
                Assert.NotNull(view.Schema["Code"].Annotations);
        }
        Codes(view);
        Codes(view);
        Assert.Empty(Warnings);
    }

    [Fact]
    public void Reads_that_never_reach_the_end_count_where_they_are_long()
    {
        var view = _encoder.Transform(_images);
        for (var i = 0; i < 3; i++)
            Assert.Equal(1050, view.GetColumn<float[]>("Code").Take(1050).Count());
        Assert.Single(Warnings);
    }

    [Fact]
    public void A_set_of_cursors_is_one_read()
    {
        var view = _encoder.Transform(new SpyView(_images, sets: 4));
        for (var read = 1; read <= 3; read++)
        {
            Assert.Empty(Warnings);
            var cursors = view.GetRowCursorSet(view.Schema.Where(c => c.Name == "Code"), 4);
            Assert.Equal(4, cursors.Length);
            var rows = 0;
            foreach (var cursor in cursors)
                using (cursor)
                    while (cursor.MoveNext())
                        rows++;
            Assert.Equal(Count, rows);
        }
        Assert.Single(Warnings);
    }

    [Fact]
    public void Reads_of_many_threads_are_told_once()
    {
        var view = _encoder.Transform(_images);
        Parallel.For(0, 12, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ => Codes(view));
        Assert.Single(Warnings);
    }

    [Fact]
    public void A_trainer_with_many_passes_is_told_unless_there_is_a_checkpoint()
    {
        var trainer = _ml.MulticlassClassification.Trainers.SdcaMaximumEntropy("Label", "Code", maximumNumberOfIterations: 5);
        var encode = _ml.Transforms.ApplyAutoencoder("Code", "Pixels", _model);
        using var cached = encode.AppendCacheCheckpoint(_ml).Append(trainer).Fit(_images);
        Assert.DoesNotContain(Warnings, text => text.Contains("'Code'", StringComparison.Ordinal));
        using var uncached = encode.Append(trainer).Fit(_images);
        Assert.Single(Warnings, text => text.Contains("'Code'", StringComparison.Ordinal));
    }

    [Fact]
    public void Training_and_setting_a_threshold_read_no_view_three_times_and_the_detector_is_counted()
    {
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector()).Fit(_images);
        using var stricter = detector.WithThreshold(0.5f);
        var view = stricter.Transform(_images);
        for (var read = 0; read < 3; read++)
        {
            Assert.DoesNotContain(Warnings, text => text.Contains("Cache", StringComparison.Ordinal));
            Assert.Equal(Count, view.GetColumn<float>("Score").Count());
        }
        Assert.Contains("'Score'", Assert.Single(Warnings, text => text.Contains("Cache", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_loaded_model_writes_to_the_log_of_the_context_that_loaded_it_and_draws_no_seed_from_it()
    {
        using var file = new MemoryStream();
        _ml.Model.Save(_encoder, _images.Schema, file);
        var (other, idle) = (new MLContext(seed: 7), new MLContext(seed: 7));
        var others = new List<string>();
        other.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning && e.Source.Contains("Autoencoder", StringComparison.Ordinal))
                others.Add(e.RawMessage);
        };
        var loaded = Load(other);
        using var owner = loaded as IDisposable;
        using var unread = Load(idle) as IDisposable;
        var view = loaded.Transform(_images);
        for (var read = 0; read < 3; read++)
            Codes(view);
        Assert.Empty(Warnings);
        Assert.Contains("'Code'", Assert.Single(others), StringComparison.Ordinal);
        // The next step that draws a seed gets the same seed as without reading a view.
        Assert.Equal(Noise(idle), Noise(other));

        ITransformer Load(MLContext ml)
        {
            file.Position = 0;
            return ml.Model.Load(file, out _);
        }
    }

    private static float[] Noise(MLContext ml)
    {
        var data = ml.Data.LoadFromEnumerable(Images.Halves(1));
        return ml.Transforms.AddGaussianNoise("Noisy", "Pixels").Fit(data).Transform(data).GetColumn<float[]>("Noisy").Single();
    }

    private static float[][] Codes(IDataView view) => [.. view.GetColumn<float[]>("Code")];

    private void Note(object? sender, LoggingEventArgs e)
    {
        lock (_log)
            _log.Add(e);
    }
}
