using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;

namespace FashionAE.Benchmarks;

/// <summary>
/// Measures the cost and benefit of continuing a training with new rows. A dense network trained on 50,000 images continues for two epochs on
/// 10,000 new images. The comparison is one training on all images. Prints the MSE of the test images and the seconds of each Fit.
/// </summary>
/// <param name="epochs">The number of epochs of all trainings except continued ones.</param>
/// <param name="seeds">The number of seeds.</param>
/// <param name="anneals">
/// Whether the learning rate of every training falls to 0. With a constant rate, a smaller rate for the new rows is a separate improvement.
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
        Console.WriteLine("| seed | training | loss on the test set | seconds | loss / one training | time / one training |");
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

            Print($"one training, {epochs} epochs", wholeLoss, wholeSeconds);
            whole.Dispose();
            var (model, seconds) = Fit(options, old);
            using var first = model;
            Print($"the first {OldRows}, {epochs} epochs", LossOf(first), seconds);
            foreach (var rate in new[] { 1e-3, 3e-4 })
            {
                var further = options with { Epochs = NewEpochs, LearningRate = rate };
                PrintNext($"then the new ones, learning rate {rate}", further);
                PrintNext($"then the new ones, learning rate {rate}, half of each batch old ones", further with { RehearsalSet = old });
                // Mix old and new rows in the same proportion as in all rows.
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
