namespace FashionAE.Cli;

/// <summary>The command <c>fashionae train rotation|denoising</c>.</summary>
internal sealed class TrainCommand
{
    private const int MostEpochs = 500;

    private readonly Study _study;
    private readonly Command _command;
    private readonly CommonOptions _common;
    private readonly List<Func<ParseResult, RunOptions, RunOptions>> _settings = [];
    private readonly Option<string> _recipe;
    private readonly Option<string>? _inputs;
    private readonly Option<int>? _patience;
    private readonly Option<string> _out;
    private readonly Option<string> _tensorBoard;
    private readonly Option<bool> _resume;
    private readonly Option<bool> _overwrite;
    private readonly Option<bool> _quick;

    private TrainCommand(Study study)
    {
        (_study, _command) = (study, new Command(study.Name, $"Trains {study.Description}."));
        const string Recipes = "Train with the settings of the study, or with tuned settings for better results. Default: study.";
        _recipe = Setting<string>("--recipe", Recipes, (run, recipe) => run with { Recipe = recipe });
        _recipe.AcceptOnlyFromAmong(Study.StudyRecipe, Study.TunedRecipe);
        if (study is RotationStudy)
        {
            const string Inputs = "Train on upright images only, or on rotated copies too. Default: rotated.";
            _inputs = Setting<string>("--inputs", Inputs, (run, inputs) => run with { Inputs = inputs });
            _inputs.AcceptOnlyFromAmong(RotationStudy.Upright, RotationStudy.Rotated);
            const string Copies = "Add this many rotated copies of every image, 0 or more. Default: 5, or 0 with --inputs upright.";
            Setting<int>("--copies", Copies, (run, copies) => run with { Copies = copies });
            const string Degrees = "Rotate by random angles up to this many degrees in either direction, 0 or more. Default: 180.";
            Setting<double>("--degrees", Degrees, (run, degrees) => run with { Degrees = degrees });
        }
        else
        {
            const string Noise = "Add Gaussian noise of this standard deviation, 0 or more, to pixels in [0, 1]. Default: 0.25.";
            Setting<double>("--noise", Noise, (run, noise) => run with { Noise = noise });
            _patience = Setting<int>(
                "--patience",
                "Stop when the validation loss has not improved for this many epochs, 1 or more. --epochs is then the maximum,"
                + $" {MostEpochs} by default without --quick. Requires --recipe study.",
                (run, patience) => run with { Patience = patience });
            _patience.HelpName = "EPOCHS";
        }
        var (own, tuned) = (study.Defaults(false, null), study.Defaults(false, null, Study.TunedRecipe));
        var length = $"Train for this many epochs, 1 or more. Default: {own.Epochs}.";
        Setting<int>("--epochs", length, (run, epochs) => run with { Epochs = epochs });
        var batch = $"Use this many examples per training step, 1 or more. Default: {Both(own.BatchSize, tuned.BatchSize)}.";
        Setting<int>("--batch-size", batch, (run, size) => run with { BatchSize = size });
        var start = "Start with this learning rate, above 0. With --recipe tuned, it is the highest rate of the schedule."
            + $" Default: {Both(own.LearningRate, tuned.LearningRate)}.";
        Setting<double>("--learning-rate", start, (run, rate) => run with { LearningRate = rate });
        Setting<int>("--seed", "Seed the weights, order, noise and angles. Default: 1.", (run, seed) => run with { Seed = seed });
        var folder = $"Write the run to this folder. Default: runs/{study.Name}{(study is RotationStudy ? "-INPUTS" : "")}.";
        _out = _command.Option<string>("--out", folder, "DIR").MustNotBeEmpty();
        _resume = _command.Option<bool>("--resume", "Continue the run in the folder.");
        _overwrite = _command.Option<bool>("--overwrite", "Replace a run in the folder.");
        _quick = _command.Option<bool>("--quick", "Train only a few epochs, as a trial.");
        const string Board = "Write losses, learning rate, pictures and codes for TensorBoard to this folder.";
        _tensorBoard = _command.Option<string>("--tensorboard", Board, "DIR").MustNotBeEmpty();
        _common = new CommonOptions(_command);
        _command.SetAction(Run);

        static string Both<T>(T own, T tuned) => Equals(own, tuned) ? $"{own}" : $"{own}, or {tuned} with --recipe tuned";
    }

    public static Command Create()
    {
        var train = new Command("train", "Trains the model of a study and evaluates it on the test images.");
        foreach (var study in Study.All)
            train.Add(new TrainCommand(study)._command);
        return train;
    }

    /// <summary>Adds an option that changes a training setting if the user specifies it.</summary>
    private Option<T> Setting<T>(string name, string description, Func<RunOptions, T, RunOptions> change)
    {
        var option = _command.Option<T>(name, description);
        _settings.Add((parsed, run) => parsed.GetResult(option) is null ? run : change(run, parsed.GetValue(option)!));
        return option;
    }

    private int Run(ParseResult parsed)
    {
        // Only rank 0 reads and writes the run: the other ranks may be on machines without its folder.
        var exchange = MpiJob.Join();
        // Report mistakes before the data is downloaded or a folder is created.
        if (MpiJob.IsFirst)
            _ = Prepare(parsed);
        var device = _common.Apply(parsed);
        var data = _common.FindData(parsed);
        using var train = _study.Load(FashionMnistSplit.Train, data);
        using var test = _study.Load(FashionMnistSplit.Test, data);

        var folder = FolderOf(parsed);
        using var held = MpiJob.IsFirst ? folder.Lock() : null;
        // Check again under the lock: another run may have finished in the folder meanwhile.
        var options = MpiJob.Broadcast(() => Prepare(parsed));
        using var model = _study.Architecture.Build(options.Seed);
        var trainer = new AutoencoderTrainer(model, _study.Training(options) with
        {
            Device = device,
            Exchange = exchange,
            CheckpointPath = folder.CheckpointPath,
            Resume = parsed.GetValue(_resume),
            Callbacks = parsed.GetValue(_tensorBoard) is { } board ? [new TensorBoardLog(board, test)] : [],
        });
        if (MpiJob.IsFirst)
        {
            if (!parsed.GetValue(_resume))
                folder.Clear();
            folder.Write(options);
            folder.Write(RunEnvironment.Of(device, MpiJob.Size));
        }

        TrainingHistory history;
        var inputs = options.Inputs is null ? "" : $" on {options.Inputs} images";
        var ranks = MpiJob.Size == 1 ? "" : $", {MpiJob.Size} ranks";
        using (var interruption = new Interruption())
            history = TrainingDisplay.Show(
                $"{_study.Name}{inputs}{ranks}",
                display => trainer.Train(train, test: test, progress: display, cancellationToken: interruption.Token));
        if (MpiJob.IsFirst && Keep(folder, model, history))
        {
            using var evaluator = new RunEvaluator(device);
            var metrics = evaluator.Evaluate(_study, options, model, train, test);
            folder.Write(metrics);
            ResultTables.Summary([(folder.Path, metrics)]);
            Console.WriteLine($"The model of epoch {history.Best!.Epoch} is in {folder.ModelPath}");
        }
        return history.Outcome == TrainingOutcome.Canceled ? ExitCode.Interrupted : ExitCode.Success;
    }

    /// <summary>Writes the model and the history, and prints why training stopped before its last epoch.</summary>
    /// <returns>Whether training ended without an interruption.</returns>
    private bool Keep(RunFolder folder, Autoencoder model, TrainingHistory history)
    {
        var goOn = $"Continue with: fashionae train {_study.Name} --resume --out {folder.Path}";
        if (history.Best is not { } best)
        {
            Console.Error.WriteLine($"Stopped before the first epoch was complete. There is no model yet. {goOn}");
            return false;
        }
        folder.Write(model);
        folder.Write(history);
        if (history.Outcome == TrainingOutcome.Canceled)
            Console.WriteLine(
                $"Stopped after epoch {history.Epochs.Count}. The model of epoch {best.Epoch} is in {folder.ModelPath}\n{goOn}");
        else if (history.Outcome == TrainingOutcome.StoppedEarly)
            Console.WriteLine(
                $"Converged after {history.Epochs.Count} epochs: the validation loss was lowest in epoch {best.Epoch},"
                + $" {best.ValidationLoss:F5}.");
        return history.Outcome != TrainingOutcome.Canceled;
    }

    private string? Inputs(ParseResult parsed) => _inputs is null ? null : parsed.GetValue(_inputs);

    private RunFolder FolderOf(ParseResult parsed)
    {
        var inputs = _study.Defaults(quick: false, Inputs(parsed)).Inputs;
        return new(parsed.GetValue(_out) ?? Path.Combine("runs", inputs is null ? _study.Name : $"{_study.Name}-{inputs}"));
    }

    /// <summary>Reads each option from the command line, otherwise from the run to resume, otherwise from the study.</summary>
    private RunOptions Prepare(ParseResult parsed)
    {
        var (folder, resume, quick) = (FolderOf(parsed), parsed.GetValue(_resume), parsed.GetValue(_quick));
        if (resume && parsed.GetValue(_overwrite))
            throw new ArgumentException("Use either --resume or --overwrite, not both.");
        if (folder.HasRun && !resume && !parsed.GetValue(_overwrite))
            throw new IOException(
                $"{folder.Path} already holds a run: use --resume to continue it, --overwrite to replace it,"
                + " or --out to choose another folder.");
        var options = resume
            ? folder.ReadOptions()
            : _study.Defaults(quick, Inputs(parsed), parsed.GetValue(_recipe) ?? Study.StudyRecipe);
        if (options.Study != _study.Name)
            throw new ArgumentException(
                $"{folder.Path} holds a run of the {options.Study} study: resume it with 'fashionae train {options.Study} --resume'.");
        if (_patience is not null && parsed.GetResult(_patience) is not null && !resume && !quick)
            options = options with { Epochs = MostEpochs };
        options = _settings.Aggregate(options, (run, setting) => setting(parsed, run));
        Check(options);
        return options;
    }

    /// <summary>Validates the options, so that messages contain the names of options instead of properties.</summary>
    private void Check(RunOptions options)
    {
        Require(options.Copies is null or 0 || options.Inputs == RotationStudy.Rotated, "--copies", $"0 with --inputs {options.Inputs}");
        Require(options.Degrees is null or (>= 0 and <= double.MaxValue), "--degrees", "0 or more");
        Require(options.Noise is null or (>= 0 and <= double.MaxValue), "--noise", "0 or more");
        Require(options.Patience is null or >= 1, "--patience", "1 or more");
        Require(options.Patience is null || options.Recipe == Study.StudyRecipe, "--patience", $"omitted with --recipe {options.Recipe}");
        try
        {
            _study.Training(options).Validate();
        }
        catch (ArgumentOutOfRangeException e)
        {
            // Converts a name such as BatchSize to --batch-size.
            var name = e.ParamName == nameof(TrainingOptions.AugmentedCopies) ? nameof(RunOptions.Copies) : e.ParamName!;
            var option = string.Concat(name.Select(letter => char.IsUpper(letter) ? $"-{char.ToLowerInvariant(letter)}" : $"{letter}"));
            throw new ArgumentException(ErrorMessage.ReasonOf(e).Replace(e.ParamName!, $"-{option}", StringComparison.Ordinal), e);
        }

        static void Require(bool isSo, string option, string range)
        {
            if (!isSo)
                throw new ArgumentException($"{option} must be {range}.");
        }
    }
}
