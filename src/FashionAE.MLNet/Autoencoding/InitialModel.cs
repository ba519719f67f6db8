using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>A copy of a trained autoencoder whose weights are the initial weights of a training.</summary>
/// <param name="saved">The copy.</param>
/// <param name="origin">The name of the model, for the beginning of messages.</param>
/// <param name="parameter">The parameter or option that specifies the model.</param>
internal sealed class InitialModel(SavedAutoencoder saved, string origin, string parameter)
{
    /// <summary>Gets the SHA-256 of the architecture and the weights.</summary>
    public string Sha256
    {
        get
        {
            using var bytes = new MemoryStream();
            saved.Write(bytes);
            return Convert.ToHexString(SHA256.HashData(bytes.ToArray()));
        }
    }

    /// <summary>Finds the model with which a training starts; null for a training that starts with new weights.</summary>
    /// <exception cref="ArgumentException">Two models are specified, or the chain contains no autoencoder.</exception>
    /// <exception cref="InvalidDataException">The file is corrupt or contains no model.</exception>
    public static InitialModel? Of(AutoencoderOptions options, ITransformer? startFrom)
    {
        if (startFrom is null)
            return options.InitialModelFile is { } file
                ? new(SavedAutoencoder.Of(SafeTensorsFile.Read(file), file), file, nameof(options.InitialModelFile))
                : null;
        if (options.InitialModelFile is { } other)
            throw new ArgumentException(
                $"Fit has a model to start from, but InitialModelFile '{other}' is also set: remove one of them.",
                nameof(startFrom));
        var autoencoder = Flatten(startFrom).OfType<AutoencoderTransformer>().LastOrDefault() ?? throw new ArgumentException(
            "The model to start from has no autoencoder among its steps: pass the transformer of an autoencoder's Fit, or a chain with"
            + " one.",
            nameof(startFrom));
        return new(autoencoder.CopyModel(), "The model to start from", nameof(startFrom));
    }

    /// <summary>Gets the architecture of the model. The options must have the same architecture or none.</summary>
    /// <exception cref="ArgumentException">The options have another architecture.</exception>
    public AutoencoderArchitecture ArchitectureFor(AutoencoderOptions options)
    {
        var own = saved.Architecture;
        if (options.LatentSize is { } size && size != own.LatentSize)
            throw Refused($"has latent vectors of {own.LatentSize} values, but LatentSize is {size}", "LatentSize");
        if (options.Architecture?.For(own.InputShape) is not { } wanted)
            return own;
        if (wanted.InputShape != own.InputShape)
            throw Refused($"is for {own.InputShape.Description}, but Architecture is for {wanted.InputShape.Description}");
        if (wanted.LatentSize != own.LatentSize)
            throw Refused($"has latent vectors of {own.LatentSize} values, but Architecture has {wanted.LatentSize}");
        // Two lists in custom records can be unequal references although their values are equal, so the descriptions are compared, too.
        return wanted.Equals(own) || ArchitectureDescription.Describe(wanted) == ArchitectureDescription.Describe(own)
            ? own
            : throw Refused($"is a {own}, but Architecture is a {wanted}");
    }

    /// <summary>Throws an exception if a column has vectors of another length than the inputs of the network.</summary>
    /// <exception cref="ArgumentException">The length differs.</exception>
    public void CheckColumn(DataViewSchema schema, string name)
    {
        var shape = saved.Architecture.InputShape;
        if (schema.GetColumnOrNull(name)?.Type is VectorDataViewType { Size: > 0 and var size } && size != shape.Size)
            throw new ArgumentException(
                $"{origin} is for {shape.Description}, which have {shape.Size} values, but column '{name}' has {size}:"
                + " use the column that it was trained on, resize the rows, or train a new model.",
                parameter);
    }

    /// <summary>Creates a model with the same weights.</summary>
    public TrainedModel Copy() => new(saved);

    private static IEnumerable<ITransformer> Flatten(ITransformer transformer) =>
        transformer is IEnumerable<ITransformer> chain ? chain.SelectMany(Flatten) : [transformer];

    private ArgumentException Refused(string difference, string option = "Architecture") => new(
        $"{origin} {difference}: set {option} to null to continue with its network, or train a new model.", parameter);
}
