using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>A copy of the trained autoencoder whose weights a training begins with.</summary>
/// <param name="saved">The copy.</param>
/// <param name="origin">What it is to the user, at the beginning of messages.</param>
/// <param name="parameter">The parameter or option that names it.</param>
internal sealed class InitialModel(SavedAutoencoder saved, string origin, string parameter)
{
    /// <summary>Gets the SHA-256 of its architecture and weights.</summary>
    public string Sha256
    {
        get
        {
            using var bytes = new MemoryStream();
            saved.Write(bytes);
            return Convert.ToHexString(SHA256.HashData(bytes.ToArray()));
        }
    }

    /// <summary>Finds the model that a training goes on from; null for one that begins with fresh weights.</summary>
    /// <exception cref="ArgumentException">Two models are given, or a pipeline without an autoencoder.</exception>
    /// <exception cref="InvalidDataException">The file is corrupt or holds no model.</exception>
    public static InitialModel? Of(AutoencoderOptions options, ITransformer? startFrom)
    {
        if (startFrom is null)
            return options.InitialModelFile is { } file
                ? new(SavedAutoencoder.Of(SafeTensorsFile.Read(file), file), file, nameof(options.InitialModelFile))
                : null;
        if (options.InitialModelFile is { } other)
            throw new ArgumentException(
                $"Fit has a model to start from, and the options have the InitialModelFile '{other}': leave one of them out.",
                nameof(startFrom));
        var autoencoder = Flatten(startFrom).OfType<AutoencoderTransformer>().LastOrDefault() ?? throw new ArgumentException(
            "The model to start from has no autoencoder among its steps: give the transformer of an autoencoder's Fit, or a chain with"
            + " one.",
            nameof(startFrom));
        return new(autoencoder.CopyModel(), "The model to start from", nameof(startFrom));
    }

    /// <summary>Gets the architecture, which the options must leave open or have, too.</summary>
    /// <exception cref="ArgumentException">The options have another.</exception>
    public AutoencoderArchitecture ArchitectureFor(AutoencoderOptions options)
    {
        var own = saved.Architecture;
        if (options.LatentSize is { } size && size != own.LatentSize)
            throw Refused($"has latent vectors of {own.LatentSize} values, and LatentSize is {size}", "LatentSize");
        if (options.Architecture?.For(own.InputShape) is not { } wanted)
            return own;
        if (wanted.InputShape != own.InputShape)
            throw Refused($"is made for {own.InputShape.Description}, and Architecture for {wanted.InputShape.Description}");
        if (wanted.LatentSize != own.LatentSize)
            throw Refused($"has latent vectors of {own.LatentSize} values, and Architecture of {wanted.LatentSize}");
        // Lists within records of your own may be equal in their values alone, as the description is.
        return wanted.Equals(own) || ArchitectureDescription.Describe(wanted) == ArchitectureDescription.Describe(own)
            ? own
            : throw Refused($"is a {own}, and Architecture a {wanted}");
    }

    /// <summary>Refuses a column of vectors of another length than the inputs of the network.</summary>
    /// <exception cref="ArgumentException">The length is another.</exception>
    public void CheckColumn(DataViewSchema schema, string name)
    {
        var shape = saved.Architecture.InputShape;
        if (schema.GetColumnOrNull(name)?.Type is VectorDataViewType { Size: > 0 and var size } && size != shape.Size)
            throw new ArgumentException(
                $"{origin} is made for {shape.Description}, which have {shape.Size} values, and column '{name}' has {size}:"
                + " name the column that it was trained on, bring its rows to that size, or train a new model.",
                parameter);
    }

    /// <summary>Makes a model with its weights.</summary>
    public TrainedModel Copy() => new(saved);

    private static IEnumerable<ITransformer> Flatten(ITransformer transformer) =>
        transformer is IEnumerable<ITransformer> chain ? chain.SelectMany(Flatten) : [transformer];

    private ArgumentException Refused(string difference, string option = "Architecture") => new(
        $"{origin} {difference}: leave {option} null to go on with its network, or train a new model.", parameter);
}
