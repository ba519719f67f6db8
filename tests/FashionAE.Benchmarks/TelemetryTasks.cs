using System.Diagnostics.Metrics;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Benchmarks;

/// <summary>Measures the cost of metrics: scoring with and without a listener for all instruments.</summary>
internal static class TelemetryTasks
{
    private const int Predictions = 4000;
    private const int Rounds = 25;

    public static void Run()
    {
        var ml = new MLContext(1);
        using var images = FashionMnist.Load(FashionMnistSplit.Test);
        var view = ml.Data.LoadFromImageSet(images);
        var options = new AutoencoderOptions { Architecture = new DenseArchitecture(FashionMnist.Shape), Epochs = 1 };
        using var trained = ml.Transforms.EncodeWithAutoencoder("Latent", "Pixels", options).Fit(ml.Data.TakeRows(view, 256));
        using var model = new TransformerChain<ITransformer>(trained);
        var scoring = new Scoring(ml, view);
        Stopwatches.PrintHeader("metrics");
        var predict = scoring.Predict(model, Predictions, 1);
        Stopwatches.Compare($"{Predictions} predictions, dense: with a listener / without", Rounds, () => Listening(predict), predict, warmUp: 10);
        void Read() => scoring.Read(model);
        Stopwatches.Compare("10000 rows, dense: with a listener / without", Rounds, () => Listening(Read), Read, warmUp: 10);
    }

    private static void Listening(Action action)
    {
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "FashionAE")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        var sum = 0.0;
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => sum += value);
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => sum += value);
        listener.Start();
        action();
    }
}
