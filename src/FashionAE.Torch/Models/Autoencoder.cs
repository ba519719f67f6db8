using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// A network that encodes an image into a short latent vector and decodes an image from it. Derive from it, give it an
/// <see cref="AutoencoderArchitecture"/>, and all of the library works on it: training, scoring, saving and loading.
/// </summary>
public abstract class Autoencoder : nn.Module<Tensor, Tensor>
{
    /// <summary>Initializes a new instance of the <see cref="Autoencoder"/> class.</summary>
    /// <param name="name">The name of the module.</param>
    /// <param name="architecture">The description that builds a network of the same shape again.</param>
    protected Autoencoder(string name, AutoencoderArchitecture architecture)
        : base(Ready(name))
    {
        ArgumentNullException.ThrowIfNull(architecture);
        Architecture = architecture;
    }

    /// <summary>Gets the description that builds a network of the same shape again.</summary>
    public AutoencoderArchitecture Architecture { get; }

    /// <summary>Gets the shape of an input: of images, or of vectors.</summary>
    public InputShape InputShape => Architecture.InputShape;

    /// <summary>Gets the shape of the images, for networks of images.</summary>
    /// <exception cref="InvalidOperationException">Inputs are vectors.</exception>
    public ImageShape ImageShape => InputShape.RequireImages();

    /// <summary>Gets the length of the latent vector.</summary>
    public int LatentSize => Architecture.LatentSize;

    /// <summary>Gets the device that the weights are on, which images must be on, too; the CPU for a network without weights.</summary>
    public Device Device => parameters().FirstOrDefault()?.device ?? CPU;

    /// <summary>Gets a value indicating whether it is a network of this library, which its architecture describes.</summary>
    internal bool IsBuiltIn => this is ConvolutionalAutoencoder or DenseAutoencoder or VectorAutoencoder;

    /// <summary>Encodes inputs into latent vectors.</summary>
    /// <param name="images">The images, float32 [N, C, H, W] in [0, 1], or the vectors, float32 [N, L].</param>
    /// <returns>The latent vectors, float32 [N, LatentSize].</returns>
    public abstract Tensor Encode(Tensor images);

    /// <summary>Decodes latent vectors.</summary>
    /// <param name="latent">The latent vectors, float32 [N, LatentSize].</param>
    /// <returns>The images, float32 [N, C, H, W] in [0, 1], or the vectors, float32 [N, L].</returns>
    public abstract Tensor Decode(Tensor latent);

    /// <summary>Encodes inputs and decodes the latent vectors.</summary>
    /// <param name="input">The images, float32 [N, C, H, W] in [0, 1], or the vectors, float32 [N, L].</param>
    /// <returns>Their reconstructions, of the same shape and range.</returns>
    public override Tensor forward(Tensor input)
    {
        using var latent = Encode(input);
        return Decode(latent);
    }

    /// <summary>
    /// Writes what <see cref="Encode"/> computes in evaluation mode as a part of an ONNX graph, for <see cref="OnnxFile"/>. Unless
    /// overridden it is the layer that is registered as "encoder".
    /// </summary>
    /// <param name="graph">The graph to add to.</param>
    /// <param name="images">The images, float32 [N, C, H, W] in [0, 1].</param>
    /// <returns>The latent vectors, float32 [N, LatentSize].</returns>
    /// <exception cref="NotSupportedException">There is no such layer, or one within it is not known.</exception>
    protected internal virtual OnnxValue WriteEncoder(OnnxGraph graph, OnnxValue images) => WriteLayer(graph, images, "encoder");

    /// <summary>Writes what <see cref="Decode"/> computes, as <see cref="WriteEncoder"/> does; "decoder" unless overridden.</summary>
    /// <param name="latent">The latent vectors, float32 [N, LatentSize].</param>
    /// <returns>The images, float32 [N, C, H, W] in [0, 1].</returns>
    /// <inheritdoc cref="WriteEncoder" path="/param[@name='graph']|/exception"/>
    protected internal virtual OnnxValue WriteDecoder(OnnxGraph graph, OnnxValue latent) => WriteLayer(graph, latent, "decoder");

    /// <summary>Brings targets to the space in which a training compares them; missing values become 0.</summary>
    internal virtual Tensor Scale(Tensor targets) => targets;

    /// <summary>Computes what a loss compares: outputs for inputs, and targets, both in the space of <see cref="Scale"/>.</summary>
    internal virtual (Tensor Output, Tensor Target) Compare(Tensor input, Tensor target) => (call(input), target);

    /// <summary>Computes something in evaluation mode; the mode is afterwards what it was.</summary>
    internal TResult InEvaluationMode<TResult>(Func<TResult> compute)
    {
        var wasTraining = training;
        eval();
        try
        {
            return compute();
        }
        finally
        {
            train(wasTraining);
        }
    }

    private OnnxValue WriteLayer(OnnxGraph graph, OnnxValue input, string name)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var layer = named_children().FirstOrDefault(child => child.name == name).module as nn.Module<Tensor, Tensor>;
        return layer is not null ? graph.Apply(layer, input, name) : throw new NotSupportedException(
            $"{GetName()} has no layer that is registered as '{name}', so it is not known what it computes: "
            + $"override {nameof(WriteEncoder)} and {nameof(WriteDecoder)}.");
    }

    private static string Ready(string name)
    {
        NativeTorch.EnsureLoaded();
        return name;
    }
}

/// <summary>
/// The serializable description of an autoencoder. A network of your own needs a record that derives from this one, holds what the
/// network's constructor takes, and builds it; System.Text.Json must be able to write and read it.
/// </summary>
/// <param name="InputShape">The shape of an input; an <see cref="ImageShape"/> can be given where inputs are images.</param>
/// <param name="LatentSize">The length of the latent vector, 1 or more.</param>
public abstract record AutoencoderArchitecture(
    [property: JsonIgnore] InputShape InputShape, [property: JsonPropertyOrder(-1)] int LatentSize)
{
    /// <summary>Builds the network with fresh weights, drawn from torch's default generator.</summary>
    /// <returns>The network, on the CPU; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size makes no network.</exception>
    public abstract Autoencoder Build();

    /// <summary>
    /// Builds the network with fresh weights that follow from a seed: those that <c>manual_seed</c> and <see cref="Build()"/> give where
    /// nothing else draws meanwhile. The networks of FashionAE leave torch's default generator as it is. Your own networks draw from it:
    /// this method seeds it, and waits while a step of a training runs.
    /// </summary>
    /// <param name="seed">The seed.</param>
    /// <inheritdoc cref="Build()" path="/returns|/exception"/>
    public Autoencoder Build(int seed)
    {
        using var weights = new InitialWeights(seed);
        return Build(weights);
    }

    internal virtual Autoencoder Build(InitialWeights weights) => DefaultGenerator.Run(weights.Seed, Build);

    /// <summary>Gets a value indicating whether values that are NaN are left out instead of refused.</summary>
    internal virtual bool MasksMissing => false;

    /// <summary>Gets the architecture for inputs of a shape, where this one leaves it open.</summary>
    internal virtual AutoencoderArchitecture For(InputShape shape) => this;

    /// <summary>How many images went through such a network fastest, measured on two cores.</summary>
    internal virtual int BestBatchSize => TorchPass.UsualBatchSize;

    /// <summary>Gets the layers of the network; null where they are known when it has been built, as those of your own networks.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size makes no network.</exception>
    internal virtual NetworkParts? Parts => null;

    /// <summary>Writes what all architectures have; the shape of the input is written by the members that say it.</summary>
    /// <param name="builder">The text to add to.</param>
    /// <returns>True: something was added.</returns>
    protected virtual bool PrintMembers(StringBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Append(CultureInfo.InvariantCulture, $"{nameof(LatentSize)} = {LatentSize}");
        return true;
    }

    /// <summary>Makes an exception that names the parameter of the networks' constructors.</summary>
    private protected static ArgumentOutOfRangeException Refused(AutoencoderArchitecture architecture, string reason) =>
        new(nameof(architecture), architecture, reason);
}
