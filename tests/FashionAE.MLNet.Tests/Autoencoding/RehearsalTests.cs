using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;

namespace FashionAE.MLNet.Tests.Autoencoding;

/// <summary>Tests which old rows are repeated in a training on new rows, with a network that records its inputs.</summary>
public class RehearsalTests
{
    private const int Batch = 16;

    private readonly MLContext _ml = new(1);
    // Each image has a different gray.
    private readonly ImageRow[] _new = [.. Enumerable.Range(1, 60).Select(gray => Images.Gray(1, gray / 255f)[0])];
    private ImageRow[] _old = Old(90);

    [Theory]
    [InlineData(0.25, 0, 1L << 30)]
    [InlineData(0.25, 2, 1L << 30)]
    [InlineData(0.25, 0, 10_000L)]
    [InlineData(0.9, 0, 1L << 30)]
    [InlineData(0.9, 0, 10_000L)]
    public void Every_epoch_has_all_new_rows_and_the_share_of_old_ones_in_every_batch(double share, int copies, long memory)
    {
        var epochs = Seen(share, copies, memory, seed: 3);
        var (fresh, known) = (Grays(_new), Grays(_old));
        Assert.Equal(2, epochs.Length);
        var oldInBatch = (int)Math.Round(Batch * share);
        foreach (var epoch in epochs)
        {
            var all = epoch.SelectMany(batch => batch).ToArray();
            Assert.Equal(fresh.Order(), all.Where(image => !image.IsCopy && fresh.Contains(image.Gray)).Select(image => image.Gray).Order());
            Assert.Equal(copies * fresh.Count, all.Count(image => image.IsCopy && fresh.Contains(image.Gray)));
            Assert.All(epoch, batch => Assert.Equal(oldInBatch, batch.Count(image => known.Contains(image.Gray))));
            Assert.All(epoch.SkipLast(1), batch => Assert.Equal(Batch, batch.Count));
        }
        HashSet<int>[] drawn = [.. epochs.Select(epoch => epoch.SelectMany(batch => batch).Select(image => image.Gray).Where(known.Contains).ToHashSet())];
        if (share < 0.5)
            Assert.NotEqual(drawn[0].Order(), drawn[1].Order());
        else
            Assert.All(drawn, all => Assert.Equal(known.Count, all.Count));
    }

    // An epoch draws at least 100 streamed rows.
    [Theory]
    [InlineData(101)]
    [InlineData(102)]
    [InlineData(104)]
    public void There_may_be_only_a_few_more_old_rows_than_an_epoch_draws(int count)
    {
        _old = Old(count);
        var known = Grays(_old);
        for (var seed = 0; seed < 10; seed++)
            Assert.All(Seen(0.25, 0, 10_000, seed).SelectMany(epoch => epoch), batch => Assert.Equal(4, batch.Count(image => known.Contains(image.Gray))));
    }

    [Theory]
    [InlineData(1L << 30)]
    [InlineData(10_000L)]
    public void The_seed_draws_them(long memory)
    {
        Assert.Equal(Seen(0.25, 0, memory, seed: 3), Seen(0.25, 0, memory, seed: 3));
        Assert.NotEqual(Seen(0.25, 0, memory, seed: 3), Seen(0.25, 0, memory, seed: 4));
    }

    [Fact]
    public void Rows_are_held_out_of_the_new_ones_alone()
    {
        var options = Options(0.5, 0, 1L << 30, 3);
        options.ValidationSetFraction = 0.2;
        using var model = Start();
        using var next = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(View(_new), model);
        var heldOut = RecordingAutoencoder.Of(next).EvaluationSums.Select(sum => Seen(sum).Gray).ToHashSet();
        Assert.Equal(12, heldOut.Count);
        Assert.Subset(Grays(_new), heldOut);
    }

    [Fact]
    public void What_is_rehearsed_is_forgotten_less()
    {
        // The network learns bright images on black first, then dark images on gray.
        var (bright, dark) = (Images.Rows(80, 2), Images.Rows(80, 5));
        foreach (var row in dark)
            row.Pixels = Array.ConvertAll(row.Pixels, pixel => 0.2f * (1 - pixel));
        using var model = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options(epochs: 40)).Fit(View(bright));
        double LossOfOld(bool rehearses)
        {
            var options = Models.Options(epochs: 20);
            (options.TestSet, options.RehearsalSet) = (View(bright), rehearses ? View(bright) : null);
            using var next = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(View(dark), model);
            return next.History!.Epochs[^1].TestLoss!.Value;
        }

        var (with, without) = (LossOfOld(true), LossOfOld(false));
        Assert.True(with < 0.8 * without, $"{with} with old rows, {without} without");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_share_out_of_its_range_is_refused(double share) =>
        Assert.Throws<ArgumentOutOfRangeException>("RehearsalShare", () => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Options(share, 0, 1, 1)));

    [Fact]
    public void Old_rows_of_another_size_are_refused_by_the_option()
    {
        var options = Models.Options();
        options.RehearsalSet = _ml.Transforms.Conversion.ConvertType("Pixels", "Extra").Fit(View(_old)).Transform(View(_old));
        using var model = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options()).Fit(View(_old));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(View(_new), model));
        Assert.Contains("RehearsalSet", error.Message);
    }

    private static ImageRow[] Old(int count) => [.. Enumerable.Range(101, count).Select(gray => Images.Gray(1, gray / 255f)[0])];

    private static HashSet<int> Grays(ImageRow[] rows) => [.. rows.Select(row => Seen(row.Pixels.Sum()).Gray)];

    /// <summary>The image that has a sum of pixels, and whether it is a copy, whose sum is higher by 1000.</summary>
    private static (int Gray, bool IsCopy) Seen(double sum) => ((int)Math.Round(sum % 1000 * 255 / Images.Size), sum >= 1000);

    private AutoencoderEstimator.Options Options(double share, int copies, long memory, int seed)
    {
        var options = Models.Options(new RecordingArchitecture(Images.Shape), epochs: 2);
        (options.BatchSize, options.RehearsalSet, options.RehearsalShare) = (Batch, View(_old), share);
        (options.MaximumMemoryInBytes, options.ShuffleBufferSize, options.Seed) = (memory, 20, seed);
        (options.Augmentation, options.AugmentedCopies) = (copies == 0 ? null : new Marking(), copies);
        return options;
    }

    private IDataView View(ImageRow[] rows) => _ml.Data.LoadFromEnumerable(rows);

    private AutoencoderTransformer Start() =>
        _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", Models.Options(new RecordingArchitecture(Images.Shape))).Fit(View(_old));

    /// <summary>The images of each batch of each epoch.</summary>
    private List<(int Gray, bool IsCopy)>[][] Seen(double share, int copies, long memory, int seed)
    {
        var options = Options(share, copies, memory, seed);
        var batches = new BatchSums();
        options.Callbacks = [batches];
        using var model = Start();
        using var next = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(View(_new), model);
        return [.. batches.Epochs.Select(epoch => epoch.ToArray())];
    }

    private sealed class BatchSums : TrainingCallback
    {
        private int _seen;

        public List<List<List<(int Gray, bool IsCopy)>>> Epochs { get; } = [];

        public override void OnStepEnd(TrainingState state)
        {
            if (Epochs.Count < state.Epoch)
                Epochs.Add([]);
            var sums = ((RecordingAutoencoder)state.Model).Sums;
            Epochs[^1].Add([.. sums.Skip(_seen).Select(sum => Seen(sum))]);
            _seen = sums.Count;
        }
    }
}
