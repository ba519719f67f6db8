using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Autoencoding;

public class CallbackTests
{
    private readonly MLContext _ml = new(1);
    private readonly List<string> _log = [];

    public CallbackTests() => _ml.Log += (_, e) => _log.Add(e.RawMessage);

    private IDataView Data => Images.View(_ml, 40);

    [Fact]
    public void A_callback_of_the_options_stops_a_fit_which_keeps_the_best_epoch()
    {
        var options = Models.Options(epochs: 2);
        using var expected = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(Data);

        var stopping = new Stopping(epoch: 2);
        (options.Epochs, options.Callbacks) = (5, [stopping]);
        var estimator = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options);
        options.Callbacks = [new Stopping(epoch: 1)]; // too late
        using var model = estimator.Fit(Data);
        var history = model.History!;
        Assert.Equal((TrainingOutcome.StoppedEarly, "two are enough", 2), (history.Outcome, history.StopReason, history.Epochs.Count));
        Assert.Contains("Stopped early: two are enough.", _log);
        Assert.Equal(RowReads.Values(expected.Transform(Data), "Code"), RowReads.Values(model.Transform(Data), "Code"));

        // The same callback is used by the next training and by trainings of a detector.
        using var again = estimator.Fit(Data);
        var detector = Models.Detector(epochs: 5);
        detector.Callbacks = [stopping];
        using var anomalies = _ml.AnomalyDetection.Trainers.Autoencoder(detector).Fit(Data);
        Assert.Equal(["begin", "end", "begin", "end", "begin", "end"], stopping.Told);
    }

    [Fact]
    public void An_error_of_a_callback_ends_the_fit()
    {
        var options = Models.Options(epochs: 2);
        options.Callbacks = [new Failing()];
        Assert.Throws<FormatException>(() => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(Data));
        options.Callbacks = null!;
        Assert.Throws<ArgumentOutOfRangeException>("Callbacks", () => _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TensorBoard_shows_the_first_rows_of_a_view_in_memory_or_streamed(bool isStreamed)
    {
        var folder = Directory.CreateTempSubdirectory("fashionae-board-");
        try
        {
            var options = Models.Options();
            (options.TargetColumnName, options.Callbacks) = ("Pixels", [new TensorBoardLog(folder.FullName)]);
            options.MaximumMemoryInBytes = isStreamed ? 1 : 1 << 20;
            using var model = _ml.Transforms.ReconstructWithAutoencoder("Clean", "Noisy", options).Fit(Data);

            var board = new Board(folder.FullName);
            Assert.Equal([1], board.Steps);
            Assert.Equal([(float)model.History!.Epochs[0].TrainLoss], board.Scalars("loss/train"));
            using var png = new MemoryStream(Assert.Single(board.Pictures("inputs, reconstructions, targets")));
            using var picture = MLImage.CreateFromStream(png);
            Assert.Equal((16 * Images.Side, 3 * Images.Side), (picture.Width, picture.Height));
            var pixels = picture.Pixels.ToArray().Where((_, i) => i % 4 == 0).ToArray(); // gray: all colors are the same
            foreach (var (row, column) in new[] { "Noisy", "Clean", "Pixels" }.Index())
            {
                var images = model.Transform(Data).GetColumn<float[]>(column).Take(16).ToArray();
                for (var i = 0; i < 16 * Images.Size; i++)
                {
                    var (image, y, x) = (i / Images.Size, i / Images.Side % Images.Side, i % Images.Side);
                    var shown = pixels[(row * Images.Side + y) * picture.Width + image * Images.Side + x];
                    Assert.Equal(255 * images[image][y * Images.Side + x], shown, 0.51);
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void TensorBoard_has_losses_and_codes_of_vectors()
    {
        var folder = Directory.CreateTempSubdirectory("fashionae-board-");
        try
        {
            var options = Models.Options(new VectorArchitecture(3), epochs: 2) with { Callbacks = [new TensorBoardLog(folder.FullName)] };
            using var model = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(Data);
            var board = new Board(folder.FullName);
            Assert.Equal(["code/1", "code/2", "code/3", "learning rate", "loss/train"], board.Tags);
            Assert.Equal(model.History!.Epochs.Select(e => (float)e.TrainLoss), board.Scalars("loss/train"));
            Assert.All(board.Histograms("code/3"), histogram => Assert.Equal(40, histogram.Num));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class Stopping(int epoch) : TrainingCallback
    {
        public List<string> Told { get; } = [];

        public override void OnTrainingBegin(TrainingState state) => Told.Add("begin");

        public override void OnEpochEnd(TrainingState state)
        {
            if (state.Epoch == epoch)
                state.Stop("two are enough");
        }

        public override void OnTrainingEnd(TrainingState state, TrainingHistory history) => Told.Add("end");
    }

    private sealed class Failing : TrainingCallback
    {
        public override void OnStepEnd(TrainingState state) => throw new FormatException("no");
    }
}
