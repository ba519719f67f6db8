using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Base class of networks that encode an image or a vector into a short latent vector and decode it again. To write a custom network,
/// derive from this class and from <see cref="AutoencoderArchitecture"/>. The whole library then works with it: training, scoring, saving
/// and loading.
/// </summary>
public abstract class Autoencoder : nn.Module<Tensor, Tensor>
{
    /// <summary>Initializes a new instance of the <see cref="Autoencoder"/> class.</summary>
    /// <param name="name">The name of the module.</param>
    /// <param name="architecture">The description, from which an equal network can be built.</param>
    protected Autoencoder(string name, AutoencoderArchitecture architecture)
        : base(Ready(name))
    {
        ArgumentNullException.ThrowIfNull(architecture);
        Architecture = architecture;
    }

    /// <summary>Gets the description, from which an equal network can be built.</summary>
    public AutoencoderArchitecture Architecture { get; }

    /// <summary>Gets the shape of an input, an image or a vector.</summary>
    public InputShape InputShape => Architecture.InputShape;

    /// <summary>Gets the shape of the images, if inputs are images.</summary>
    /// <exception cref="InvalidOperationException">The inputs are vectors.</exception>
    public ImageShape ImageShape => InputShape.RequireImages();

    /// <summary>Gets the length of the latent vector.</summary>
    public int LatentSize => Architecture.LatentSize;

    /// <summary>Gets the device of the weights; the CPU for a network without weights. Inputs must be on the same device.</summary>
    public Device Device => parameters().FirstOrDefault()?.device ?? CPU;

    /// <summary>Gets a value indicating whether this is a network of this library, so that the architecture describes it fully.</summary>
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
    /// Adds the computation of <see cref="Encode"/> in evaluation mode to an ONNX graph, for <see cref="OnnxFile"/>. The default
    /// implementation adds the layer that is registered as "encoder".
    /// </summary>
    /// <param name="graph">The graph to add to.</param>
    /// <param name="images">The images, float32 [N, C, H, W] in [0, 1], or the vectors, float32 [N, L].</param>
    /// <returns>The latent vectors, float32 [N, LatentSize].</returns>
    /// <exception cref="NotSupportedException">There is no such layer, or it contains a layer that is not supported.</exception>
    protected internal virtual OnnxValue WriteEncoder(OnnxGraph graph, OnnxValue images) => WriteLayer(graph, images, "encoder");

    /// <summary>
    /// Adds the computation of <see cref="Decode"/> in evaluation mode to an ONNX graph. The default implementation adds the layer that is
    /// registered as "decoder".
    /// </summary>
    /// <param name="latent">The latent vectors, float32 [N, LatentSize].</param>
    /// <returns>The images, float32 [N, C, H, W] in [0, 1], or the vectors, float32 [N, L].</returns>
    /// <inheritdoc cref="WriteEncoder" path="/*[@name='graph' or self::exception]"/>
    protected internal virtual OnnxValue WriteDecoder(OnnxGraph graph, OnnxValue latent) => WriteLayer(graph, latent, "decoder");

    /// <summary>Converts targets to the space in which the loss compares them. Missing values become 0.</summary>
    internal virtual Tensor Scale(Tensor targets) => targets;

    /// <summary>Computes the outputs and the targets that a loss compares, both in the space of <see cref="Scale"/>.</summary>
    internal virtual (Tensor Output, Tensor Target) Compare(Tensor input, Tensor target) => (call(input), target);

    /// <summary>Runs a function in evaluation mode, and restores the mode afterwards.</summary>
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
            $"{GetName()} has no layer that is registered as '{name}', so its computation is unknown: "
            + $"override {nameof(WriteEncoder)} and {nameof(WriteDecoder)}.");
    }

    private static string Ready(string name)
    {
        NativeTorch.EnsureLoaded();
        return name;
    }
}

/// <summary>
/// Base class of the serializable descriptions of autoencoders. For a custom network, derive a record that stores the constructor arguments
/// of the network and builds it. System.Text.Json must be able to write and read the record.
/// </summary>
/// <param name="InputShape">The shape of an input. An <see cref="ImageShape"/> is converted implicitly.</param>
/// <param name="LatentSize">The length of the latent vector, 1 or more.</param>
public abstract record AutoencoderArchitecture(
    [property: JsonIgnore] InputShape InputShape, [property: JsonPropertyOrder(-1)] int LatentSize)
{
    /// <summary>Builds the network with new weights, drawn from torch's default generator.</summary>
    /// <returns>The network, on the CPU. The caller must dispose it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size or another value of the architecture is invalid.</exception>
    public abstract Autoencoder Build();

    /// <summary>Builds the network with new weights that depend only on a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <inheritdoc cref="Build()" path="/*[self::returns or self::exception]"/>
    /// <remarks>
    /// The weights are those of <c>manual_seed</c> followed by <see cref="Build()"/>, if nothing else draws random numbers in between. The
    /// networks of FashionAE draw them from a separate generator. Custom networks use torch's default generator: this method waits until no
    /// training step is running, and then seeds it.
    /// </remarks>
    public Autoencoder Build(int seed)
    {
        using var weights = new InitialWeights(seed);
        return Build(weights);
    }

    internal virtual Autoencoder Build(InitialWeights weights) => DefaultGenerator.Run(weights.Seed, Build);

    /// <summary>Gets a value indicating whether NaN values are treated as missing instead of causing an exception.</summary>
    internal virtual bool MasksMissing => false;

    /// <summary>Returns this architecture, with the given input shape if it does not specify a shape yet.</summary>
    internal virtual AutoencoderArchitecture For(InputShape shape) => this;

    /// <summary>Gets the fastest batch size for scoring, measured on two cores.</summary>
    internal virtual int BestBatchSize => TorchPass.UsualBatchSize;

    /// <summary>Gets the layers of the network; null for custom networks, whose layers are unknown until they are built.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size or another value of the architecture is invalid.</exception>
    internal virtual NetworkParts? Parts => null;

    /// <summary>Appends the members that all architectures have. Derived records append the input shape themselves.</summary>
    /// <param name="builder">The builder to append to.</param>
    /// <returns>True, because something was appended.</returns>
    protected virtual bool PrintMembers(StringBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Append(CultureInfo.InvariantCulture, $"{nameof(LatentSize)} = {LatentSize}");
        return true;
    }

    /// <summary>Creates an exception that names the parameter "architecture", as the constructors of the networks call it.</summary>
    private protected static ArgumentOutOfRangeException Refused(AutoencoderArchitecture architecture, string reason) =>
        new(nameof(architecture), architecture, reason);
}
