namespace FashionAE.Cli;

/// <summary>fashionae train rotation|denoising</summary>
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
        const string Recipes = "How it is trained: as the study is, or as well as we can; study unless given.";
        _recipe = Setting<string>("--recipe", Recipes, (run, recipe) => run with { Recipe = recipe });
        _recipe.AcceptOnlyFromAmong(Study.StudyRecipe, Study.TunedRecipe);
        if (study is RotationStudy)
        {
            _inputs = Setting<string>(
                "--inputs", "What the model sees: upright images, or rotated copies too.", (run, inputs) => run with { Inputs = inputs });
            _inputs.AcceptOnlyFromAmong(RotationStudy.Upright, RotationStudy.Rotated);
            Setting<int>("--copies", "How many rotated copies stand beside every original.", (run, copies) => run with { Copies = copies });
            Setting<double>("--degrees", "The largest angle, in degrees.", (run, degrees) => run with { Degrees = degrees });
        }
        else
        {
            const string Noise = "The standard deviation of the noise; pixels are in [0, 1].";
            Setting<double>("--noise", Noise, (run, noise) => run with { Noise = noise });
            _patience = Setting<int>(
                "--patience",
                "Train until convergence: until the validation loss has not fallen for so many epochs; --epochs is the most,"
                + $" {MostEpochs} unless it or --quick is given.", (run, patience) => run with { Patience = patience });
            _patience.HelpName = "EPOCHS";
        }
        Setting<int>("--epochs", "How often every image is seen.", (run, epochs) => run with { Epochs = epochs });
        Setting<int>("--batch-size", "How many examples one step learns from.", (run, size) => run with { BatchSize = size });
        const string Rate = "The learning rate at the beginning; with --recipe tuned the highest.";
        Setting<double>("--learning-rate", Rate, (run, rate) => run with { LearningRate = rate });
        Setting<int>("--seed", "The seed of weights, order, noise and angles; 1 unless given.", (run, seed) => run with { Seed = seed });
        _out = _command.Option<string>("--out", "The folder of the run; runs/STUDY unless given.", "DIR").MustNotBeEmpty();
        _resume = _command.Option<bool>("--resume", "Go on with the run in the folder.");
        _overwrite = _command.Option<bool>("--overwrite", "Begin anew where the folder holds a run.");
        _quick = _command.Option<bool>("--quick", "A short form: few epochs.");
        const string Board = "A folder for TensorBoard: losses, learning rate, pictures and codes.";
        _tensorBoard = _command.Option<string>("--tensorboard", Board, "DIR").MustNotBeEmpty();
        _common = new CommonOptions(_command);
        _command.SetAction(Run);
    }

    public static Command Create()
    {
        var train = new Command("train", "Trains a study's model and judges it on the test images.");
        foreach (var study in Study.All)
            train.Add(new TrainCommand(study)._command);
        return train;
    }

    /// <summary>Adds an option that changes how a run is trained where it is given.</summary>
    private Option<T> Setting<T>(string name, string description, Func<RunOptions, T, RunOptions> change)
    {
        var option = _command.Option<T>(name, description);
        _settings.Add((parsed, run) => parsed.GetResult(option) is null ? run : change(run, parsed.GetValue(option)!));
        return option;
    }

    private int Run(ParseResult parsed)
    {
        // Others than the first of several ranks read and write no run: they may be on machines that do not have it.
        var exchange = MpiJob.Join();
        // A mistake shall show before data are fetched, and no folder shall be left by it.
        if (MpiJob.IsFirst)
            _ = Prepare(parsed);
        var device = _common.Apply(parsed);
        var data = _common.FindData(parsed);
        using var train = _study.Load(FashionMnistSplit.Train, data);
        using var test = _study.Load(FashionMnistSplit.Test, data);

        var folder = FolderOf(parsed);
        using var held = MpiJob.IsFirst ? folder.Lock() : null;
        // Another run may have ended there meanwhile.
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

    /// <summary>Writes what was trained, and says why training ended unless that was after all epochs.</summary>
    /// <returns>Whether training has ended by itself.</returns>
    private bool Keep(RunFolder folder, Autoencoder model, TrainingHistory history)
    {
        var goOn = $"Go on with: fashionae train {_study.Name} --resume --out {folder.Path}";
        if (history.Best is not { } best)
        {
            Console.Error.WriteLine($"Stopped before the first epoch was over; there is no model. {goOn}");
            return false;
        }
        folder.Write(model);
        folder.Write(history);
        if (history.Outcome == TrainingOutcome.Canceled)
            Console.WriteLine(
                $"Stopped after epoch {history.Epochs.Count}. The model of epoch {best.Epoch} is in {folder.ModelPath}\n{goOn}");
        else if (history.Outcome == TrainingOutcome.StoppedEarly)
            Console.WriteLine(
                $"Converged after {history.Epochs.Count} epochs: none after epoch {best.Epoch} had a lower validation loss than its"
                + $" {best.ValidationLoss:F5}.");
        return history.Outcome != TrainingOutcome.Canceled;
    }

    private string? Inputs(ParseResult parsed) => _inputs is null ? null : parsed.GetValue(_inputs);

    private RunFolder FolderOf(ParseResult parsed)
    {
        var inputs = _study.Defaults(quick: false, Inputs(parsed)).Inputs;
        return new(parsed.GetValue(_out) ?? Path.Combine("runs", inputs is null ? _study.Name : $"{_study.Name}-{inputs}"));
    }

    /// <summary>What the user gave, else what the run to resume had, else what the study has.</summary>
    private RunOptions Prepare(ParseResult parsed)
    {
        var (folder, resume, quick) = (FolderOf(parsed), parsed.GetValue(_resume), parsed.GetValue(_quick));
        if (resume && parsed.GetValue(_overwrite))
            throw new ArgumentException("Use --resume or --overwrite, not both.");
        if (folder.HasRun && !resume && !parsed.GetValue(_overwrite))
            throw new IOException(
                $"{folder.Path} holds a run already: use --resume to go on with it, --overwrite to begin anew,"
                + " or --out for another folder.");
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

    /// <summary>Refuses by the names of options what training would refuse by names that nobody typed.</summary>
    private void Check(RunOptions options)
    {
        Require(options.Copies is null or 0 || options.Inputs == RotationStudy.Rotated, "--copies", $"0 with --inputs {options.Inputs}");
        Require(options.Degrees is null or (>= 0 and <= double.MaxValue), "--degrees", "0 or more");
        Require(options.Noise is null or (>= 0 and <= double.MaxValue), "--noise", "0 or more");
        Require(options.Patience is null or >= 1, "--patience", "1 or more");
        Require(options.Patience is null || options.Recipe == Study.StudyRecipe, "--patience", $"left out with --recipe {options.Recipe}");
        try
        {
            _study.Training(options).Validate();
        }
        catch (ArgumentOutOfRangeException e)
        {
            // --batch-size for BatchSize, for example.
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
