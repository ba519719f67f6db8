namespace FashionAE.Cli;

/// <summary>A study: its network, classes and training options, and the conditions of its evaluation.</summary>
internal abstract class Study(string name, string description, AutoencoderArchitecture architecture, IReadOnlyList<string>? classes)
{
    /// <summary>The original training settings of the study.</summary>
    public const string StudyRecipe = "study";

    /// <summary>Tuned training settings for the same network, data and number of epochs.</summary>
    public const string TunedRecipe = "tuned";

    public static IReadOnlyList<Study> All { get; } = [new RotationStudy(), new DenoisingStudy()];

    public string Name => name;
    public string Description => description;
    public AutoencoderArchitecture Architecture => architecture;

    /// <summary>Gets the classes that the study uses; null for all.</summary>
    public IReadOnlyList<string>? Classes => classes;

    /// <summary>Gets a value indicating whether a classifier evaluates the decoded images.</summary>
    public abstract bool JudgesClasses { get; }

    public static Study Named(string name) => All.FirstOrDefault(s => s.Name == name)
        ?? throw new InvalidDataException($"There is no study '{name}': the studies are {string.Join(" and ", All.Select(s => s.Name))}.");

    /// <summary>Gets the values of options that the user does not set.</summary>
    public abstract RunOptions Defaults(bool quick, string? inputs, string recipe = StudyRecipe);

    public TrainingOptions Training(RunOptions options)
    {
        var asStudied = AsStudied(options) with
        {
            Epochs = options.Epochs,
            BatchSize = options.BatchSize,
            LearningRate = options.LearningRate,
            Seed = options.Seed,
        };
        return options.Recipe switch
        {
            StudyRecipe => asStudied,
            TunedRecipe => Tuned(asStudied),
            _ => throw new ArgumentException($"there is no recipe '{options.Recipe}'"),
        };
    }

    /// <summary>Gets the JSON name of a required option that is missing; null if all are present.</summary>
    public string? Lacks(RunOptions options) => (Defaults(quick: false, options.Inputs), options) switch
    {
        ({ Inputs: not null }, { Inputs: null }) => "inputs",
        ({ Copies: not null }, { Copies: null }) => "copies",
        ({ Degrees: not null }, { Degrees: null }) => "degrees",
        ({ Noise: not null }, { Noise: null }) => "noise",
        _ => null,
    };

    /// <summary>Gets the conditions of the evaluation, each with a name and a change of the test images, or null for no change.</summary>
    public abstract IReadOnlyList<(string Name, IAugmentation? Input)> Conditions(RunOptions options);

    public ImageSet Load(FashionMnistSplit split, string? directory)
    {
        var all = FashionMnist.Load(split, directory);
        if (classes is null)
            return all;
        using (all)
            return all.SelectClasses(classes);
    }

    /// <summary>Gets the training options of the study, except those that every run can set.</summary>
    protected abstract TrainingOptions AsStudied(RunOptions options);

    protected abstract TrainingOptions Tuned(TrainingOptions asStudied);
}
