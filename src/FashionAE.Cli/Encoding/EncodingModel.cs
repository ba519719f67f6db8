using Microsoft.ML.Transforms.Image;

namespace FashionAE.Cli;

/// <summary>An autoencoder and the pipeline steps before it.</summary>
internal sealed class EncodingModel : IDisposable
{
    /// <summary>The kinds of models, for help texts.</summary>
    public const string Description =
        "the folder of a run, a .safetensors file, or a .zip file of ml.Model.Save with an autoencoder.";

    private readonly IDisposable? _owner;

    private EncodingModel(
        Autoencoder network, string column, DataViewSchema? inputSchema, IReadOnlyList<ITransformer> steps, IDisposable? owner)
    {
        (Network, Column, Steps, _owner) = (network, column, steps, owner);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema?.Where(c => !c.IsHidden) ?? []);
        // The model may have been trained with a step that computed this column only in training, such as one that adds noise. Such a step
        // is not among the steps here.
        if (inputSchema?.GetColumnOrNull(column) is null)
            builder.AddColumn(column, new VectorDataViewType(NumberDataViewType.Single, network.InputShape.Size));
        // ML.NET does not save image columns. Image is the most likely name of such a column.
        if (inputSchema?.GetColumnOrNull("Image") is null)
            builder.AddColumn("Image", new ImageDataViewType());
        InputSchema = builder.ToSchema();
    }

    /// <summary>Gets the autoencoder, in evaluation mode.</summary>
    public Autoencoder Network { get; }

    /// <summary>Gets the shape of the images.</summary>
    /// <exception cref="InvalidDataException">The model encodes vectors.</exception>
    public ImageShape Shape => Network.InputShape.Image ?? throw new InvalidDataException(
        $"The model encodes vectors of {Network.InputShape.Size} values, not images: use it in a pipeline of ML.NET.");

    /// <summary>Gets the input column of the autoencoder.</summary>
    public string Column { get; }

    /// <summary>Gets the input schema of the first step.</summary>
    public DataViewSchema InputSchema { get; }

    /// <summary>Gets the steps before the autoencoder.</summary>
    public IReadOnlyList<ITransformer> Steps { get; }

    /// <summary>Gets the autoencoder as a step of the pipeline; null for a network without a pipeline.</summary>
    public AutoencoderTransformer? Step { get; private init; }

    /// <summary>Gets the score above which an image is an anomaly; null if the model is not an anomaly detector.</summary>
    public float? Threshold { get; private init; }

    /// <summary>Gets the kind of score that the threshold applies to; null if the model is not an anomaly detector.</summary>
    public AnomalyScore? Score { get; private init; }

    /// <summary>Creates a model from a network without a pipeline. The model owns the network.</summary>
    public static EncodingModel Of(Autoencoder network) => new(network, "Pixels", null, [], network);

    /// <summary>Loads the model of a run, a model file, or the model in a pipeline that ML.NET saved.</summary>
    public static EncodingModel Load(MLContext ml, string path)
    {
        if (Directory.Exists(path))
            return Of(new RunFolder(path) is { HasRun: true } folder ? folder.ReadModel() : throw new FileNotFoundException(
                $"{path} is not the folder of a run (it has no model): train one with 'fashionae train', or specify another model."));
        if (!File.Exists(path))
            throw new FileNotFoundException(
                $"There is no model '{path}': specify the folder of a run, a .safetensors file, or a .zip file that ML.NET saved.");
        return IsZip(path) ? LoadPipeline(ml, path) : Of(AutoencoderFile.Load(path));
    }

    public void Dispose() => _owner?.Dispose();

    private static bool IsZip(string path)
    {
        using var stream = AtomicFile.OpenRead(path);
        return "PK\u0003\u0004"u8.ToArray().All(letter => stream.ReadByte() == letter);
    }

    private static EncodingModel LoadPipeline(MLContext ml, string path)
    {
        var pipeline = Read(ml, path, out var inputSchema);
        var steps = pipeline.GetScoringSteps().ToList();
        if (steps.Find(step => step is AutoencoderTransformer) is AutoencoderTransformer autoencoder)
            return new EncodingModel(
                autoencoder.Model, autoencoder.InputColumnName, inputSchema, steps[..steps.IndexOf(autoencoder)], pipeline as IDisposable)
            {
                Step = autoencoder,
                Threshold = autoencoder.Threshold,
                Score = autoencoder.AnomalyScore,
            };
        (pipeline as IDisposable)?.Dispose();
        throw new InvalidDataException(
            $"{path} has no autoencoder among its steps: save a pipeline that has one, such as EncodeWithAutoencoder.");
    }

    /// <summary>Loads a pipeline that ML.NET saved.</summary>
    public static ITransformer Read(MLContext ml, string path, out DataViewSchema? inputSchema)
    {
        try
        {
            return ml.Model.Load(path, out inputSchema);
        }
#pragma warning disable CA1031 // An invalid file causes many kinds of exceptions. Their messages do not mention the file.
        catch (Exception e) when (e is not (OutOfMemoryException or UnauthorizedAccessException))
#pragma warning restore CA1031
        {
            if (DescribeOther(path) is { } found)
                throw new InvalidDataException($"{path} is not a model: {found}", e);
            var cause = e.GetBaseException();
            var reason = ErrorMessage.ReasonOf(cause).TrimEnd('.');
            throw new InvalidDataException(cause.Message.Contains("not among this application's assemblies", StringComparison.Ordinal)
                ? $"{path} contains a custom network, which the command cannot load: use it in a program that references its assembly."
                : $"{path} is not a model that ML.NET can load ({reason}): save it again with ml.Model.Save.", e);
        }
    }

    /// <summary>Returns what AutoencoderFile reports about a file that is not a pipeline, with a remedy; null for a pipeline.</summary>
    private static string? DescribeOther(string path)
    {
        try
        {
            AutoencoderFile.Load(path).Dispose();
            return null;
        }
        catch (InvalidDataException e) when (e.InnerException is { Message: var found })
        {
            return found.Contains("ml.Model.Load", StringComparison.Ordinal) ? null : found;
        }
    }
}
