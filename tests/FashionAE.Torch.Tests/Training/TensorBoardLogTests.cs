using FashionAE.Tests.Shared;
using FashionAE.Torch.Tests.Support;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Training;

public sealed class TensorBoardLogTests : IDisposable
{
    private const string Originals = "originals above reconstructions";

    private static readonly DenseArchitecture Architecture = new(FashionMnist.Shape, 3) { HiddenSizes = [8] };

    private readonly TemporaryFolder _folder = new();
    private readonly ImageSet _images = SampleImages.First(60);
    private readonly TrainingOptions _options = new() { Epochs = 3, BatchSize = 20, Seed = 1 };

    private string Folder => _folder.File("board");

    [Fact]
    public void The_board_has_losses_rates_codes_and_pictures_of_every_epoch_and_training_is_the_same()
    {
        using var shown = SampleImages.Range(200, 25);
        using var expected = ModelState.Build(Architecture);
        var options = _options with { ValidationSetFraction = 0.2, Schedule = new CosineSchedule() };
        var history = new AutoencoderTrainer(expected, options).Train(_images, test: shown);

        var (codes, pictures, tensors) = (new List<float[]>(), new List<float[]>(), new List<long>());
        var looking = new CallbackActions
        {
            Epoch = state =>
            {
                tensors.Add(Tensor.TotalCount);
                Assert.Equal(Enumerable.Range(1, state.Epoch).Select(e => (long)e), new Board(Folder).Steps);
                var images = shown.Batch(0, 25);
                codes.Add(state.Model.Encode(images).data<float>().ToArray());
                pictures.Add([.. Levels(images.narrow(0, 0, 16)), .. Levels(state.Model.call(images.narrow(0, 0, 16)))]);
            },
        };
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        using var model = ModelState.Build(Architecture);
        new AutoencoderTrainer(model, options with { Callbacks = [new TensorBoardLog(Folder, shown), looking] }).Train(_images, test: shown);
        Assert.Equal(ModelState.Of(expected), ModelState.Of(model));
        Assert.Single(tensors.Distinct());

        var board = new Board(Folder);
        Assert.Equal(1, board.Files);
        Assert.Equal([1, 2, 3], board.Steps);
        Assert.All(board.Times, time => Assert.InRange(time, before, before + 3600));
        Assert.Equal(["code/1", "code/2", "code/3", "learning rate", "loss/test", "loss/train", "loss/validation", Originals], board.Tags);
        Assert.Equal(history.Epochs.Select(e => (float)e.TrainLoss), board.Scalars("loss/train"));
        Assert.Equal(history.Epochs.Select(e => (float)e.ValidationLoss!.Value), board.Scalars("loss/validation"));
        Assert.Equal(history.Epochs.Select(e => (float)e.TestLoss!.Value), board.Scalars("loss/test"));
        Assert.Equal(history.Epochs.Select(e => (float)e.LearningRate), board.Scalars("learning rate"));
        for (var number = 0; number < 3; number++)
            foreach (var (histogram, all) in board.Histograms($"code/{number + 1}").Zip(codes))
                AssertCounts([.. all.Where((_, i) => i % 3 == number)], histogram);
        Assert.Equal(3, board.Pictures(Originals).Length);
        foreach (var (png, levels) in board.Pictures(Originals).Zip(pictures))
            AssertShown(levels, images: 16, rows: 2, Board.Pixels(png));
    }

    [Fact]
    public void Without_images_those_held_out_are_shown_else_those_learned_from_and_targets_where_they_differ()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var noisy = new GaussianNoise(0.2).Apply(_images.Batch(0, 60), generator);
        using var examples = new TensorExamples(noisy, _images.Images);
        using var heldOut = new TensorExamples(noisy.narrow(0, 50, 10), _images.Images.narrow(0, 50, 10));
        foreach (var (validation, first, count) in new[] { (null, 0, 16), (heldOut, 50, 10) })
        {
            float[] levels = [];
            var looking = new CallbackActions
            {
                Epoch = state =>
                {
                    var input = noisy.narrow(0, first, count);
                    levels = [.. Levels(input), .. Levels(state.Model.call(input)), .. Levels(_images.Batch(first, count))];
                    Assert.Throws<ArgumentOutOfRangeException>(() => state.FirstExamples(0));
                    Assert.Equal(validation?.Count ?? 60, state.FirstExamples(1000).Input.shape[0]);
                },
            };
            using var model = ModelState.Build(Architecture);
            var folder = _folder.File($"{first}");
            var options = _options with { Epochs = 1, Callbacks = [new TensorBoardLog(folder), looking] };
            new AutoencoderTrainer(model, options).Train(examples, validation);
            AssertShown(levels, images: count, rows: 3, Board.Pixels(Assert.Single(new Board(folder).Pictures("inputs, reconstructions, targets"))));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Images_of_one_or_two_channels_are_gray_others_have_three_colors(int channels)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var values = rand([5, channels, 6, 4], generator: generator);
        using var examples = new TensorExamples(values);
        using var model = ModelState.Build(new DenseArchitecture(new ImageShape(channels, 6, 4), 2) { HiddenSizes = [4] });
        new AutoencoderTrainer(model, _options with { Epochs = 1, Callbacks = [new TensorBoardLog(Folder)] }).Train(examples);
        var shown = channels < 3 ? 1 : 3;
        var pixels = Board.Pixels(Assert.Single(new Board(Folder).Pictures(Originals)));
        Assert.Equal(5 * 4 * 12 * shown, pixels.Length);
        for (var (image, y) = (0, 0); image < 5; image++, y = (y + 1) % 6)
            for (var channel = 0; channel < shown; channel++)
                Assert.Equal(255 * values[image, channel, y, 2].item<float>(), pixels[(y * 20 + image * 4 + 2) * shown + channel], 0.51);
    }

    [Fact]
    public void Vectors_have_no_pictures()
    {
        using var rows = Tables.ToTensor(Tables.Rows(50));
        using var examples = new TensorExamples(rows);
        using var model = ModelState.Build(new VectorArchitecture(2, Tables.Columns));
        var history = new AutoencoderTrainer(model, _options with { Callbacks = [new TensorBoardLog(Folder)] }).Train(examples);
        var board = new Board(Folder);
        Assert.Equal(["code/1", "code/2", "learning rate", "loss/train"], board.Tags);
        Assert.Equal(history.Epochs.Select(e => (float)e.TrainLoss), board.Scalars("loss/train"));
        Assert.All(board.Histograms("code/2"), histogram => Assert.Equal(50, histogram.Num));
    }

    [Fact]
    public void A_resumed_training_continues_in_the_same_folder()
    {
        var options = _options with { CheckpointPath = _folder.File("checkpoint"), Resume = true };
        foreach (var epochs in new[] { 2, 3 })
        {
            using var model = ModelState.Build(Architecture);
            new AutoencoderTrainer(model, options with { Epochs = epochs, Callbacks = [new TensorBoardLog(Folder)] }).Train(_images);
        }
        var board = new Board(Folder);
        Assert.Equal(2, board.Files);
        Assert.Equal([1, 2, 3], board.Steps);
    }

    [Fact]
    public void Of_several_ranks_the_first_one_writes()
    {
        ThreadRanks.Run(2, exchange =>
        {
            using var model = ModelState.Build(Architecture);
            return new AutoencoderTrainer(model, _options with { Exchange = exchange, Callbacks = [new TensorBoardLog(Folder)] }).Train(_images);
        });
        var board = new Board(Folder);
        Assert.Equal(1, board.Files);
        Assert.Equal([1, 2, 3], board.Steps);
    }

    [Fact]
    public void What_cannot_be_written_or_shown_is_refused_before_the_first_step()
    {
        Assert.Throws<ArgumentException>("folder", () => new TensorBoardLog(""));
        var file = _folder.File("file", [1]);
        Assert.Contains(file, Assert.Throws<IOException>(() => Train(new TensorBoardLog(file))).Message, StringComparison.Ordinal);
        using var shown = rand([2, 1, 12, 12]);
        using var bytes = shown.mul(255).to(ScalarType.Byte);
        using var images = new ImageSet(bytes, zeros([2], ScalarType.Int64), ["one"]);
        Assert.Contains("1x12x12", Assert.Throws<ArgumentException>(() => Train(new TensorBoardLog(Folder, images))).Message, StringComparison.Ordinal);

        void Train(TensorBoardLog log)
        {
            using var model = ModelState.Build(Architecture);
            var step = new CallbackActions { Step = _ => Assert.Fail("A step was made.") };
            new AutoencoderTrainer(model, _options with { Callbacks = [log, step] }).Train(_images);
        }
    }

    public void Dispose()
    {
        _images.Dispose();
        _folder.Dispose();
    }

    private static float[] Levels(Tensor images) => images.clamp(0, 1).mul(255).contiguous().data<float>().ToArray();

    /// <summary>Compares a picture of rows of 28x28 images with the gray levels of the images. Halves can be rounded either way.</summary>
    private static void AssertShown(float[] levels, int images, int rows, byte[] pixels)
    {
        Assert.Equal(levels.Length, pixels.Length);
        Assert.Equal(levels.Length, rows * images * 784);
        for (var i = 0; i < levels.Length; i++)
        {
            var (image, y, x) = (i / 784, i / 28 % 28, i % 28);
            Assert.Equal(levels[i], pixels[((image / images * 28) + y) * images * 28 + image % images * 28 + x], 0.51);
        }
    }

    private static void AssertCounts(float[] values, Tensorboard.HistogramProto histogram)
    {
        Assert.Equal((values.Min(), values.Max(), values.Length), ((float)histogram.Min, (float)histogram.Max, (int)histogram.Num));
        Assert.Equal(values.Sum(v => (double)v), histogram.Sum, 1e-6);
        Assert.Equal(values.Sum(v => (double)v * v), histogram.SumSquares, 1e-6);
        Assert.Equal(values.Length, histogram.Bucket.Sum());
        // A bucket counts values below its limit and not below the previous limit. A value at a limit can be in either.
        for (var i = 0; i < histogram.Bucket.Count; i++)
            Assert.InRange(
                histogram.Bucket.Take(i + 1).Sum(),
                values.Count(v => v < histogram.BucketLimit[i] - 1e-6), values.Count(v => v <= histogram.BucketLimit[i] + 1e-6));
    }
}
