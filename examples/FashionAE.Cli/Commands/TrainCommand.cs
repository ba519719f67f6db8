using System.CommandLine;
using FashionAE.Cli.Output;
using FashionAE.Studies;
using FashionAE.Studies.Runs;
using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Cli.Commands;

/// <summary>fashionae train rotation|denoising</summary>
internal sealed class TrainCommand
{
    private const int MostEpochs = 500;

    private readonly Study _study;
    private readonly CommonOptions _common = new();
    private readonly Option<string?> _inputs = new("--inputs") { Description = "What the model sees: upright images, or rotated copies too." };
    private readonly Option<string?> _recipe = new("--recipe") { Description = "How it is trained: as the study is, or as well as we can; study unless given." };
    private readonly Option<int?> _epochs = new("--epochs") { Description = "How often every image is seen." };
    private readonly Option<int?> _batchSize = new("--batch-size") { Description = "How many examples one step learns from." };
    private readonly Option<double?> _learningRate = new("--learning-rate") { Description = "The learning rate at the beginning; with --recipe tuned the highest." };
    private readonly Option<int?> _copies = new("--copies") { Description = "How many rotated copies stand beside every original." };
    private readonly Option<double?> _degrees = new("--degrees") { Description = "The largest angle, in degrees." };
    private readonly Option<double?> _noise = new("--noise") { Description = "The standard deviation of the noise; pixels are in [0, 1]." };
    private readonly Option<int?> _patience = new("--patience")
    {
        Description = "Train until convergence: until the validation loss has not fallen for so many epochs; --epochs is the most,"
            + $" {MostEpochs} unless it or --quick is given.",
        HelpName = "EPOCHS",
    };
    private readonly Option<int?> _seed = new("--seed") { Description = "The seed of weights, order, noise and angles; 1 unless given." };
    private readonly Option<string?> _out = new("--out") { Description = "The folder of the run; runs/STUDY unless given.", HelpName = "DIR" };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with the run in the folder." };
    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Begin anew where the folder holds a run." };
    private readonly Option<string?> _tensorBoard = new("--tensorboard") { Description = "A folder for TensorBoard: losses, learning rate, pictures and codes.", HelpName = "DIR" };
    private readonly Option<bool> _quick = new("--quick") { Description = "A short form: few epochs." };

    private TrainCommand(Study study)
    {
        _study = study;
        _inputs.AcceptOnlyFromAmong(RotationStudy.Upright, RotationStudy.Rotated);
        _recipe.AcceptOnlyFromAmong(Study.StudyRecipe, Study.TunedRecipe);
        _out.MustNotBeEmpty();
        _tensorBoard.MustNotBeEmpty();
    }

    public static Command Create()
    {
        var command = new Command("train", "Trains a study's model and judges it on the test images.");
        foreach (var study in Study.All)
            command.Add(new TrainCommand(study).CreateFor());
        return command;
    }

    private Command CreateFor()
    {
        var command = new Command(_study.Name, "Trains " + _study.Description + ".");
        Option[] own = _study is RotationStudy ? [_inputs, _copies, _degrees] : [_noise, _patience];
        foreach (var option in (Option[])[_recipe, .. own, _epochs, _batchSize, _learningRate, _seed, _out, _resume, _overwrite, _quick, _tensorBoard])
            command.Add(option);
        _common.AddTo(command);
        command.SetAction(parsed => Run(parsed));
        return command;
    }

    private int Run(ParseResult parsed)
    {
        // Others than the first of several ranks read and write no run: they may be on machines that do not have it.
        using var ranks = new TrainingRanks(MpiJob.Join());
        // A mistake shall show before data are fetched, and no folder shall be left by it.
        if (ranks.IsFirst)
            _ = Prepare(parsed);
        var device = _common.Apply(parsed);
        var data = _common.FindData(parsed);
        using var train = _study.Load(FashionMnistSplit.Train, data);
        using var test = _study.Load(FashionMnistSplit.Test, data);

        var folder = FolderOf(parsed);
        using var held = ranks.IsFirst ? folder.Lock() : null;
        // Another run may have ended there meanwhile.
        var options = ranks.Broadcast(() => Prepare(parsed));
        using var model = _study.Architecture.Build(options.Seed);
        var trainer = new AutoencoderTrainer(model, _study.Training(options) with
        {
            Device = device,
            Exchange = ranks.Exchange,
            CheckpointPath = folder.CheckpointPath,
            Resume = parsed.GetValue(_resume),
            Callbacks = ranks.IsFirst && Given(parsed, _tensorBoard) is { } board ? [new TensorBoardLog(board, test, device)] : [],
        });
        if (ranks.IsFirst)
        {
            if (!parsed.GetValue(_resume))
                folder.Clear();
            folder.Write(options);
            folder.Write(RunEnvironment.Of(device, ranks.Size));
        }

        TrainingHistory history;
        using (var interruption = new Interruption())
            history = TrainingDisplay.Show(
                $"{_study.Name}{(options.Inputs is null ? "" : $" on {options.Inputs} images")}{(ranks.IsAlone ? "" : $", {ranks.Size} ranks")}",
                progress => trainer.Train(train, test: test, progress: progress, cancellationToken: interruption.Token));
        if (ranks.IsFirst)
            return Finish(folder, options, model, history, train, test, device);
        return history.Outcome == TrainingOutcome.Canceled ? ExitCode.Interrupted : ExitCode.Success;
    }

    private int Finish(
        RunFolder folder, RunOptions options, Autoencoder model, TrainingHistory history, ImageSet train, ImageSet test, Device device)
    {
        var goOn = $"Go on with: fashionae train {_study.Name} --resume --out {folder.Path}";
        if (history.Best is not { } best)
        {
            Console.Error.WriteLine($"Stopped before the first epoch was over; there is no model. {goOn}");
            return ExitCode.Interrupted;
        }
        folder.Write(model);
        folder.Write(history);
        if (history.Outcome == TrainingOutcome.Canceled)
        {
            Console.WriteLine($"Stopped after epoch {history.Epochs.Count}. The model of epoch {best.Epoch} is in {folder.ModelPath}");
            Console.WriteLine(goOn);
            return ExitCode.Interrupted;
        }

        if (history.Outcome == TrainingOutcome.StoppedEarly)
            Console.WriteLine(
                $"Converged after {history.Epochs.Count} epochs: none after epoch {best.Epoch} had a lower validation loss than its {best.ValidationLoss:F5}.");
        using var evaluator = new RunEvaluator(device);
        var metrics = evaluator.Evaluate(_study, options, model, train, test);
        folder.Write(metrics);
        ResultTables.Summary([(folder.Path, metrics)]);
        Console.WriteLine($"The model of epoch {best.Epoch} is in {folder.ModelPath}");
        return ExitCode.Success;
    }

    private RunFolder FolderOf(ParseResult parsed) =>
        new(Given(parsed, _out) ?? Path.Combine("runs", _study.Name + (_study.Defaults(quick: false, Given(parsed, _inputs)).Inputs is { } inputs ? $"-{inputs}" : "")));

    /// <summary>What the user gave, else what the run to resume had, else what the study has.</summary>
    private RunOptions Prepare(ParseResult parsed)
    {
        var (folder, resume, overwrite) = (FolderOf(parsed), parsed.GetValue(_resume), parsed.GetValue(_overwrite));
        if (resume && overwrite)
            throw new ArgumentException("Use --resume or --overwrite, not both.");
        if (folder.HasRun && !resume && !overwrite)
            throw new IOException($"{folder.Path} holds a run already: use --resume to go on with it, --overwrite to begin anew, or --out for another folder.");
        var defaults = resume ? folder.ReadOptions() : _study.Defaults(parsed.GetValue(_quick), Given(parsed, _inputs), Given(parsed, _recipe) ?? Study.StudyRecipe);
        if (defaults.Study != _study.Name)
            throw new ArgumentException($"{folder.Path} holds a run of the {defaults.Study} study: resume it with 'fashionae train {defaults.Study} --resume'.");
        var options = defaults with
        {
            Recipe = Given(parsed, _recipe) ?? defaults.Recipe,
            Inputs = Given(parsed, _inputs) ?? defaults.Inputs,
            Epochs = Given(parsed, _epochs)
                ?? (Given(parsed, _patience) is null || resume || parsed.GetValue(_quick) ? defaults.Epochs : MostEpochs),
            BatchSize = Given(parsed, _batchSize) ?? defaults.BatchSize,
            LearningRate = Given(parsed, _learningRate) ?? defaults.LearningRate,
            Copies = Given(parsed, _copies) ?? defaults.Copies,
            Degrees = Given(parsed, _degrees) ?? defaults.Degrees,
            Noise = Given(parsed, _noise) ?? defaults.Noise,
            Patience = Given(parsed, _patience) ?? defaults.Patience,
            Seed = Given(parsed, _seed) ?? defaults.Seed,
        };
        Check(options);
        return options;
    }

    /// <summary>What training would refuse by names that nobody typed.</summary>
    private void Check(RunOptions options)
    {
        Require(options.Epochs >= 1, _epochs, "1 or more");
        Require(options.BatchSize is >= 1 and <= TrainingOptions.LargestBatch, _batchSize, $"1 to {TrainingOptions.LargestBatch}");
        Require(options.LearningRate is > 0 and <= float.MaxValue, _learningRate, "above 0, and finite in single precision");
        Require(options.Copies is null or (>= 0 and <= IAugmentation.MostCopies), _copies, $"0 to {IAugmentation.MostCopies}");
        Require(options.Copies is null or 0 || options.Inputs == RotationStudy.Rotated, _copies, $"0 with {_inputs.Name} {options.Inputs}");
        Require(options.Degrees is null or (>= 0 and <= double.MaxValue), _degrees, "0 or more");
        Require(options.Noise is null or (>= 0 and <= double.MaxValue), _noise, "0 or more");
        Require(options.Patience is null or >= 1, _patience, "1 or more");
        Require(options.Patience is null || options.Recipe == Study.StudyRecipe, _patience, $"left out with {_recipe.Name} {options.Recipe}");

        static void Require(bool isSo, Option option, string range)
        {
            if (!isSo)
                throw new ArgumentException($"{option.Name} must be {range}.");
        }
    }

    // Options of the other study are not among this command's.
    private static T? Given<T>(ParseResult parsed, Option<T?> option) => parsed.GetResult(option) is null ? default : parsed.GetValue(option);
}
