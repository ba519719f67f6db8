using FashionAE.MLNet;
using FashionAE.Studies.Runs;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.Cli.Encoding;

/// <summary>An autoencoder with the steps of the pipeline that come before it.</summary>
internal sealed class EncodingModel : IDisposable
{
    private readonly IDisposable _owner;

    private EncodingModel(Autoencoder network, string column, DataViewSchema? inputSchema, IReadOnlyList<ITransformer> steps, IDisposable owner)
    {
        (Network, Column, Steps, _owner) = (network, column, steps, owner);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema?.Where(c => !c.IsHidden) ?? []);
        // What a step for training alone has made, such as a noisy image, is the image itself here.
        if (inputSchema?.GetColumnOrNull(column) is null)
            builder.AddColumn(column, new VectorDataViewType(NumberDataViewType.Single, network.ImageShape.Size));
        // ML.NET saves no columns of images. A pipeline that begins with one most likely calls it so.
        if (inputSchema?.GetColumnOrNull("Image") is null)
            builder.AddColumn("Image", new ImageDataViewType());
        InputSchema = builder.ToSchema();
    }

    /// <summary>Gets the autoencoder, in evaluation mode.</summary>
    public Autoencoder Network { get; }

    /// <summary>Gets the column of images that the autoencoder sees.</summary>
    public string Column { get; }

    /// <summary>Gets what the first step is given.</summary>
    public DataViewSchema InputSchema { get; }

    /// <summary>Gets the steps before the autoencoder, in their order.</summary>
    public IReadOnlyList<ITransformer> Steps { get; }

    /// <summary>Gets the mean squared error above which an image is an anomaly; null where the model does not tell anomalies.</summary>
    public float? Threshold { get; private init; }

    /// <summary>Loads the model of a run, a model in a file of its own, or one within a pipeline that ML.NET has saved.</summary>
    /// <exception cref="IOException">There is no such model.</exception>
    /// <exception cref="InvalidDataException">The file is corrupt, or holds no autoencoder.</exception>
    public static EncodingModel Load(MLContext ml, string path)
    {
        if (Directory.Exists(path))
            return OfNetwork(LoadRun(path));
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no model '{path}': name the folder of a run, a .safetensors file, or a .zip file that ML.NET has saved.");
        return IsZip(path) ? LoadPipeline(ml, path) : OfNetwork(AutoencoderFile.Load(path));
    }

    public void Dispose() => _owner.Dispose();

    private static EncodingModel OfNetwork(Autoencoder network) => new(network, "Pixels", null, [], network);

    private static Autoencoder LoadRun(string path)
    {
        var folder = new RunFolder(path);
        return folder.HasRun
            ? folder.ReadModel()
            : throw new FileNotFoundException(
                $"{path} is not the folder of a run (it has no model): train one with 'fashionae train', or name another model.");
    }

    private static bool IsZip(string path)
    {
        using var stream = FileKind.OpenRead(path);
        Span<byte> start = stackalloc byte[4];
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual("PK\u0003\u0004"u8);
    }

    private static EncodingModel LoadPipeline(MLContext ml, string path)
    {
        var (pipeline, inputSchema) = Read(ml, path);
        try
        {
            var steps = Flatten(pipeline).ToList();
            var place = steps.FindIndex(step => step is AutoencoderTransformer);
            if (place < 0)
                throw new InvalidDataException($"{path} has no autoencoder among its steps: save a pipeline that has one, such as EncodeWithAutoencoder.");
            var autoencoder = (AutoencoderTransformer)steps[place];
            return new EncodingModel(autoencoder.Model, autoencoder.InputColumnName, inputSchema, steps[..place], new Pipeline(pipeline)) { Threshold = autoencoder.Threshold };
        }
        catch
        {
            (pipeline as IDisposable)?.Dispose();
            throw;
        }
    }

    private static (ITransformer Pipeline, DataViewSchema? InputSchema) Read(MLContext ml, string path)
    {
        try
        {
            return (ml.Model.Load(path, out var schema), schema);
        }
#pragma warning disable CA1031 // A file that is no model fails in many ways, which say nothing of the file.
        catch (Exception e) when (e is not (OutOfMemoryException or UnauthorizedAccessException))
#pragma warning restore CA1031
        {
            if (ForeignFile.Of(path) is { } found && found != ForeignFile.Pipeline)
                throw new InvalidDataException($"{path} is not a model: {found}", e);
            if (e.GetBaseException().Message.Contains("not among this application's assemblies", StringComparison.Ordinal))
                throw new InvalidDataException($"{path} holds a network of your own, which the command cannot load: use it in a program that references its assembly.", e);
            throw new InvalidDataException($"{path} is no model that ML.NET can load ({ErrorMessage.ReasonOf(e.GetBaseException()).TrimEnd('.')}): save it anew with ml.Model.Save.", e);
        }
    }

    /// <summary>The steps that scoring takes, those of chains within the chain too.</summary>
    private static IEnumerable<ITransformer> Flatten(ITransformer transformer) => transformer is TransformerChain<ITransformer> chain
        ? chain.GetModelFor(TransformerScope.Scoring).SelectMany(Flatten)
        : [transformer];

    private sealed class Pipeline(ITransformer transformer) : IDisposable
    {
        public void Dispose() => (transformer as IDisposable)?.Dispose();
    }
}
