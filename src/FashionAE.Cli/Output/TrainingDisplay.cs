using Spectre.Console;

namespace FashionAE.Cli;

/// <summary>
/// Shows the progress of a training: bars on a terminal, and a line for the first, every tenth and the last epoch. A training of at most
/// ten epochs has a line for every epoch.
/// </summary>
internal static class TrainingDisplay
{
    private const int EpochsALine = 10;

    public static TrainingHistory Show(string title, Func<IProgress<TrainingProgress>, TrainingHistory> train)
    {
        Console.WriteLine($"Training {title}");
        if (!Terminal.IsInteractive)
            return train(new Reporter<TrainingProgress>(progress => PrintEpoch(progress, Console.WriteLine)));

        return ProgressDisplay.Bars().Start(context =>
        {
            var all = context.AddTask("all epochs");
            var epoch = context.AddTask("epoch");
            return train(new Reporter<TrainingProgress>(progress =>
            {
                all.MaxValue = progress.Epochs;
                all.Value = progress.Epoch - 1 + (double)progress.Batch / progress.Batches;
                epoch.MaxValue = progress.Batches;
                epoch.Value = progress.Batch;
                epoch.Description = $"epoch {progress.Epoch}, loss {progress.Loss:F5}";
                PrintEpoch(progress, line => AnsiConsole.WriteLine(line));
            }));
        });
    }

    private static void PrintEpoch(TrainingProgress progress, Action<string> print)
    {
        if (progress.Finished is not { } record)
            return;
        if (progress.Warning is { } warning)
            Console.Error.WriteLine($"warning: {warning} Use the option --learning-rate.");
        if (record.Epoch != 1 && record.Epoch % EpochsALine != 0 && record.Epoch != progress.Epochs && progress.Epochs > EpochsALine)
            return;
        var validation = record.ValidationLoss is null ? "" : $"  validation loss {record.ValidationLoss:F5}";
        var test = record.TestLoss is null ? "" : $"  test loss {record.TestLoss:F5}";
        print($"epoch {record.Epoch,3} of {progress.Epochs}  train loss {record.TrainLoss:F5}{validation}{test}  {record.Seconds:F1} s");
    }
}
