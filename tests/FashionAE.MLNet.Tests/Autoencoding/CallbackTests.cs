using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;

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

        // The same object serves the next training, and those of a detector.
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
