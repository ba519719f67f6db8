using Microsoft.ML.Transforms.Image;

namespace FashionAE.Cli;

/// <summary>An autoencoder with the steps of the pipeline that come before it.</summary>
internal sealed class EncodingModel : IDisposable
{
    /// <summary>What is loaded, for help.</summary>
    public const string Description =
        "The folder of a run, a .safetensors file, or a .zip file that ml.Model.Save has made of a pipeline with an autoencoder.";

    private readonly IDisposable? _owner;

    private EncodingModel(
        Autoencoder network, string column, DataViewSchema? inputSchema, IReadOnlyList<ITransformer> steps, IDisposable? owner)
    {
        (Network, Column, Steps, _owner) = (network, column, steps, owner);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema?.Where(c => !c.IsHidden) ?? []);
        // What a step for training alone has made, such as a noisy image, is the image itself here.
        if (inputSchema?.GetColumnOrNull(column) is null)
            builder.AddColumn(column, new VectorDataViewType(NumberDataViewType.Single, network.InputShape.Size));
        // ML.NET saves no columns of images. A pipeline that begins with one most likely calls it so.
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

    /// <summary>Gets the column of images that the autoencoder sees.</summary>
    public string Column { get; }

    /// <summary>Gets what the first step is given.</summary>
    public DataViewSchema InputSchema { get; }

    /// <summary>Gets the steps before the autoencoder.</summary>
    public IReadOnlyList<ITransformer> Steps { get; }

    /// <summary>Gets the autoencoder as a step of the pipeline; null for a network alone.</summary>
    public AutoencoderTransformer? Step { get; private init; }

    /// <summary>Gets the mean squared error above which an image is an anomaly; null where the model does not tell anomalies.</summary>
    public float? Threshold { get; private init; }

    /// <summary>Gets what the threshold is of; null where this is no detector of anomalies.</summary>
    public AnomalyScore? Score { get; private init; }

    /// <summary>Makes a model of a network alone, which it owns.</summary>
    public static EncodingModel Of(Autoencoder network) => new(network, "Pixels", null, [], network);

    /// <summary>Loads the model of a run, a model in a file of its own, or one within a pipeline that ML.NET has saved.</summary>
    public static EncodingModel Load(MLContext ml, string path)
    {
        if (Directory.Exists(path))
            return Of(new RunFolder(path) is { HasRun: true } folder ? folder.ReadModel() : throw new FileNotFoundException(
                $"{path} is not the folder of a run (it has no model): train one with 'fashionae train', or name another model."));
        if (!File.Exists(path))
            throw new FileNotFoundException(
                $"There is no model '{path}': name the folder of a run, a .safetensors file, or a .zip file that ML.NET has saved.");
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

    /// <summary>Loads a pipeline that ML.NET has saved.</summary>
    public static ITransformer Read(MLContext ml, string path, out DataViewSchema? inputSchema)
    {
        try
        {
            return ml.Model.Load(path, out inputSchema);
        }
#pragma warning disable CA1031 // A file that is no model fails in many ways, which say nothing of the file.
        catch (Exception e) when (e is not (OutOfMemoryException or UnauthorizedAccessException))
#pragma warning restore CA1031
        {
            if (WhatElse(path) is { } found)
                throw new InvalidDataException($"{path} is not a model: {found}", e);
            var cause = e.GetBaseException();
            var reason = ErrorMessage.ReasonOf(cause).TrimEnd('.');
            throw new InvalidDataException(cause.Message.Contains("not among this application's assemblies", StringComparison.Ordinal)
                ? $"{path} holds a network of your own, which the command cannot load: use it in a program that references its assembly."
                : $"{path} is no model that ML.NET can load ({reason}): save it anew with ml.Model.Save.", e);
        }
    }

    /// <summary>What the reader of weights finds a file to be, and what to do about it, unless that is a pipeline.</summary>
    private static string? WhatElse(string path)
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
