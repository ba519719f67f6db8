namespace FashionAE.Cli;

/// <summary>The recipe of a study: what is trained on what, and under which conditions it is judged.</summary>
internal abstract class Study(string name, string description, AutoencoderArchitecture architecture, IReadOnlyList<string>? classes)
{
    /// <summary>The study as it is told: what it is compared with was trained in the same way.</summary>
    public const string StudyRecipe = "study";

    /// <summary>The same network, data and epochs, trained as well as we can.</summary>
    public const string TunedRecipe = "tuned";

    public static IReadOnlyList<Study> All { get; } = [new RotationStudy(), new DenoisingStudy()];

    public string Name => name;
    public string Description => description;
    public AutoencoderArchitecture Architecture => architecture;

    /// <summary>Gets the classes in use; null for all.</summary>
    public IReadOnlyList<string>? Classes => classes;

    /// <summary>Gets a value indicating whether a classifier judges the decoded images.</summary>
    public abstract bool JudgesClasses { get; }

    public static Study Named(string name) => All.FirstOrDefault(s => s.Name == name)
        ?? throw new InvalidDataException($"There is no study '{name}'; there are {string.Join(" and ", All.Select(s => s.Name))}.");

    /// <summary>The study's own values for what the user leaves open.</summary>
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

    /// <summary>Names an option, as options.json does, that the study needs and that is not there; null where all are.</summary>
    public string? Lacks(RunOptions options) => (Defaults(quick: false, options.Inputs), options) switch
    {
        ({ Inputs: not null }, { Inputs: null }) => "inputs",
        ({ Copies: not null }, { Copies: null }) => "copies",
        ({ Degrees: not null }, { Degrees: null }) => "degrees",
        ({ Noise: not null }, { Noise: null }) => "noise",
        _ => null,
    };

    /// <summary>What is done to the test images, by name; null for nothing.</summary>
    public abstract IReadOnlyList<(string Name, IAugmentation? Input)> Conditions(RunOptions options);

    public ImageSet Load(FashionMnistSplit split, string? directory)
    {
        var all = FashionMnist.Load(split, directory);
        if (classes is null)
            return all;
        using (all)
            return all.SelectClasses(classes);
    }

    /// <summary>How the study trains, except for what every run may set.</summary>
    protected abstract TrainingOptions AsStudied(RunOptions options);

    protected abstract TrainingOptions Tuned(TrainingOptions asStudied);
}
