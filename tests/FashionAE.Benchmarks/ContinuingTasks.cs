using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;

namespace FashionAE.Benchmarks;

/// <summary>
/// What going on with new rows costs and gives: a dense network of 50,000 images that goes on with 10,000 new ones for two epochs, against
/// one that is trained on all of them at once. Prints the mean squared error on the test images and the seconds of each Fit.
/// </summary>
/// <param name="epochs">How many epochs all trainings but those that go on have.</param>
/// <param name="seeds">How many seeds there are.</param>
/// <param name="anneals">
/// Whether every training ends with small steps. With a constant learning rate, a smaller one for the new rows is a gain of its own.
/// </param>
internal sealed class ContinuingTasks(int epochs, int seeds, bool anneals)
{
    private const int OldRows = 50_000;
    private const int NewEpochs = 2;

    private readonly MLContext _ml = new(1);

    public void Run()
    {
        var all = _ml.Data.LoadFromFashionMnist(FashionMnistSplit.Train);
        var (old, fresh) = (_ml.Data.TakeRows(all, OldRows), _ml.Data.SkipRows(all, OldRows));
        Console.WriteLine("| seed | training | loss on the test set | seconds | loss / all at once | time / all at once |");
        Console.WriteLine("|---|---|---|---|---|---|");
        for (var seed = 1; seed <= seeds; seed++)
        {
            var options = new AutoencoderOptions
            {
                Architecture = new DenseArchitecture(FashionMnist.Shape, LatentSize: 16) { HiddenSizes = [256, 64], Dropout = [] },
                Epochs = epochs,
                Schedule = anneals ? new CosineSchedule() : null,
                Seed = seed,
            };
            var (whole, wholeSeconds) = Fit(options, all);
            var wholeLoss = LossOf(whole);
            void Print(string name, double loss, double seconds) => Console.WriteLine(
                $"| {seed} | {name} | {loss:F5} | {seconds:F1} | {loss / wholeLoss:F3} | {seconds / wholeSeconds:F2} |");

            Print($"all at once, {epochs} epochs", wholeLoss, wholeSeconds);
            whole.Dispose();
            var (model, seconds) = Fit(options, old);
            using var first = model;
            Print($"the first {OldRows}, {epochs} epochs", LossOf(first), seconds);
            foreach (var rate in new[] { 1e-3, 3e-4 })
            {
                var further = options with { Epochs = NewEpochs, LearningRate = rate };
                PrintNext($"then the new ones, learning rate {rate}", further);
                PrintNext($"then the new ones, learning rate {rate}, half of each batch old ones", further with { RehearsalSet = old });
                // As many old ones for each new one as there are: both together are like all rows.
                PrintNext(
                    $"then the new ones, learning rate {rate}, 5/6 of each batch old ones", further with { RehearsalSet = old, RehearsalShare = 5.0 / 6 });
                PrintNext($"then the new ones, learning rate {rate}, encoder frozen", further with { FrozenPart = FrozenPart.Encoder });
            }

            void PrintNext(string name, AutoencoderOptions options)
            {
                var (next, nextSeconds) = Fit(options, fresh, first);
                Print($"{name}, {NewEpochs} epochs", LossOf(next), nextSeconds);
                next.Dispose();
            }
        }
    }

    private (AutoencoderTransformer Model, double Seconds) Fit(AutoencoderOptions options, IDataView rows, ITransformer? startFrom = null)
    {
        AutoencoderTransformer model = null!;
        var estimator = _ml.Transforms.ReconstructWithAutoencoder("Reconstruction", "Pixels", options);
        var seconds = Stopwatches.Seconds(() => model = startFrom is null ? estimator.Fit(rows) : estimator.Fit(rows, startFrom));
        return (model, seconds);
    }

    private double LossOf(AutoencoderTransformer model) => _ml.Reconstruction.Evaluate(
        model.Transform(_ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test)), "Pixels", "Reconstruction").MeanSquaredError;
}
