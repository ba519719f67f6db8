using System.Globalization;
using System.Text.Json;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Specifies the part of an autoencoder in an ONNX file.</summary>
public enum OnnxPart
{
    /// <summary>The encoder: images to latent vectors.</summary>
    Encoder,

    /// <summary>The decoder: latent vectors to images.</summary>
    Decoder,

    /// <summary>The whole autoencoder: images to latent vectors, reconstructions and reconstruction errors.</summary>
    Whole,
}

/// <summary>Contains the settings for writing an autoencoder as ONNX.</summary>
public sealed class OnnxFileOptions
{
    /// <summary>
    /// Gets or sets a value indicating whether inputs and outputs hold images as vectors [N, C * H * W], as in ML.NET, instead of
    /// [N, C, H, W]. The default is true.
    /// </summary>
    public bool FlatImages { get; set; } = true;

    /// <summary>
    /// Gets or sets the anomaly threshold: images with a mean squared error above it are anomalies. It must be finite and 0 or more. A
    /// whole autoencoder then has the output IsAnomaly; other parts cannot have a threshold. The default is null, for no threshold.
    /// </summary>
    public float? Threshold { get; set; }

    /// <summary>Gets or sets the names of the classes that the autoencoder was trained on, for the metadata. The default is null.</summary>
    public IReadOnlyList<string>? ClassNames { get; set; }

    /// <summary>Gets or sets additional metadata, such as results of the training. The default is empty.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; set; } = new Dictionary<string, string>();

    /// <summary>
    /// Gets or sets a value indicating whether to compare the graph with the model on a few images before writing the file. The default is
    /// true.
    /// </summary>
    public bool Check { get; set; } = true;
}

/// <summary>
/// Writes autoencoders as ONNX models (version 1.8 of the format, operator set 13). ONNX Runtime runs them without TorchSharp, also through
/// ML.NET's <c>ApplyOnnxModel</c>. The first dimension is the batch, of any size. All values are float32, and pixels are in [0, 1].
/// </summary>
/// <remarks>
/// <para>An encoder has the input Pixels and the output Latent [N, LatentSize]. A decoder has the input Latent and the output
/// Reconstruction. A whole autoencoder has the input Pixels and the outputs Latent, Reconstruction, ErrorMap (the squared error of every
/// value), Mse [N, 1] (their mean) and, if there is a threshold, IsAnomaly [N, 1].</para>
/// <para>The inputs and reconstructions of a <see cref="VectorAutoencoder"/> have the units of the data. Its errors are those of the scaled
/// slots. With <see cref="MissingValues.Mask"/> the error of a missing value is 0, and Mse is the mean over the other values.</para>
/// <para>The graph has no dropout. Batch normalization uses its running statistics, and is merged into a linear layer or a convolution
/// directly before it.</para>
/// </remarks>
public static class OnnxFile
{
    /// <summary>The name of the input with images.</summary>
    public const string Pixels = "Pixels";

    /// <summary>The name of the input or output with latent vectors.</summary>
    public const string Latent = "Latent";

    /// <summary>The name of the output with decoded images.</summary>
    public const string Reconstruction = "Reconstruction";

    /// <summary>The name of the output with the squared error of every value.</summary>
    public const string ErrorMap = "ErrorMap";

    /// <summary>The name of the output with the mean squared error of each image.</summary>
    public const string Mse = "Mse";

    /// <summary>The name of the output that is true if the mean squared error is above the threshold or NaN.</summary>
    public const string IsAnomaly = "IsAnomaly";

    private const int CheckedImages = 4;
    private const double Tolerance = 1e-5;

    /// <summary>Saves a part of an autoencoder to a file atomically.</summary>
    /// <param name="model">The autoencoder, on any device. Its mode (training or evaluation) is restored.</param>
    /// <param name="path">The path of the file.</param>
    /// <param name="part">The part to save.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="NotSupportedException">
    /// The network has a layer that cannot be written, or an operator that <see cref="OnnxFileOptions.Check"/> cannot compute.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The graph and the model compute different values, or the weights are too large for an ONNX file.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// The part is not a defined value, or the threshold is invalid or set for another part than <see cref="OnnxPart.Whole"/>.
    /// </exception>
    /// <exception cref="IOException">The file could not be written. An existing file is unchanged.</exception>
    public static void Save(Autoencoder model, string path, OnnxPart part, OnnxFileOptions? options = null)
    {
        var bytes = ToBytes(model, part, options);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>Returns the bytes that <see cref="Save"/> would write, for example for an inference session in the same process.</summary>
    /// <inheritdoc cref="Save" path="/*[self::param[not(@name='path')] or self::exception[not(@cref='T:System.IO.IOException')]]"/>
    /// <returns>The bytes of the file.</returns>
    public static byte[] ToBytes(Autoencoder model, OnnxPart part, OnnxFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new OnnxFileOptions();
        if (!Enum.IsDefined(part))
            throw new ArgumentOutOfRangeException(nameof(part), part, "The part must be a defined value.");
        if (options.Threshold is { } threshold && (part != OnnxPart.Whole || !(threshold >= 0) || !float.IsFinite(threshold)))
            throw new ArgumentException(
                $"Threshold must be 0 or more, and only the part Whole can have one; it is {threshold} for {part}.", nameof(options));

        return ToBytes(
            NetworkGraph.Of(model), part, options,
            options.Check ? (graph, input, outputs) => Compare(graph, model, part, input, outputs) : null);
    }

    /// <summary>Returns the file of a network, which need not be built.</summary>
    /// <param name="network">The network.</param>
    /// <param name="part">The part to write.</param>
    /// <param name="options">The options.</param>
    /// <param name="check">Checks the graph; null for no check.</param>
    internal static byte[] ToBytes(
        NetworkGraph network, OnnxPart part, OnnxFileOptions options, Action<OnnxGraph, OnnxPort, OnnxPort[]>? check = null)
    {
        var graph = new OnnxGraph();
        var (input, outputs) = Build(graph, network, part, options);
        check?.Invoke(graph, input, outputs);
        return OnnxWriter.Write(graph, network.Name, [input], outputs, Metadata(network, part, options));
    }

    private static (OnnxPort Input, OnnxPort[] Outputs) Build(
        OnnxGraph graph, NetworkGraph network, OnnxPart part, OnnxFileOptions options)
    {
        var shape = network.InputShape;
        var image = shape.Batch(1)[1..];
        OnnxPort Port(string name) => name switch
        {
            Latent => new(name, [network.LatentSize]),
            Mse or IsAnomaly => new(name, [1], IsBoolean: name == IsAnomaly),
            _ => new(name, options.FlatImages ? [shape.Size] : image),
        };
        OnnxValue FromPort(OnnxValue value) => options.FlatImages && !shape.IsVector ? graph.Reshape(value, [0, .. image]) : value;
        OnnxValue Flat(OnnxValue value) => graph.Add("Flatten", [value], OnnxLayers.Attributes(("axis", 1L)));
        OnnxValue ToPort(OnnxValue value) => options.FlatImages ? Flat(value) : value;

        if (part == OnnxPart.Decoder)
        {
            graph.Output(ToPort(network.Decode(graph, graph.Input(Latent))), Reconstruction);
            return (Port(Latent), [Port(Reconstruction)]);
        }
        var images = FromPort(graph.Input(Pixels));
        var latent = network.Encode(graph, images);
        graph.Output(latent, Latent);
        if (part == OnnxPart.Encoder)
            return (Port(Pixels), [Port(Latent)]);

        var reconstruction = network.Decode(graph, latent);
        graph.Output(ToPort(reconstruction), Reconstruction);
        var (squares, share) = Errors(graph, network, images, reconstruction);
        graph.Output(ToPort(squares), ErrorMap);
        var mean = Mean(graph, Flat(squares));
        if (share is not null)
            mean = graph.Add("Div", [mean, share]);
        graph.Output(mean, Mse);
        List<OnnxPort> outputs = [Port(Latent), Port(Reconstruction), Port(ErrorMap), Port(Mse)];
        if (options.Threshold is { } threshold)
        {
            // "Not less or equal" instead of "greater": if a pixel is NaN, the error is NaN, and the image is an anomaly.
            var limit = graph.Constant(StoredTensor.Of([threshold]), "threshold");
            graph.Output(graph.Add("Not", [graph.Add("LessOrEqual", [mean, limit])]), IsAnomaly);
            outputs.Add(Port(IsAnomaly));
        }
        return (Port(Pixels), [.. outputs]);
    }

    /// <summary>
    /// Adds the squared error of every value. For vectors it is the error of the scaled values, and 0 for missing values.
    /// </summary>
    /// <returns>The errors, and the fraction of values in each row that are not missing; null if no value can be missing.</returns>
    private static (OnnxValue Squares, OnnxValue? Share) Errors(
        OnnxGraph graph, NetworkGraph network, OnnxValue images, OnnxValue reconstruction)
    {
        var difference = graph.Add("Sub", [images, reconstruction]);
        if (network.Scales is { } scales)
            difference = graph.Add("Div", [difference, graph.Constant(StoredTensor.Of(scales, scales.Length), "scale")]);
        var squares = graph.Add("Mul", [difference, difference]);
        if (!network.MasksMissing)
            return (squares, null);
        OnnxValue Number(float value) => graph.Constant(StoredTensor.Of([value]), "number");
        var isMissing = graph.Add("IsNaN", [images]);
        var there = graph.Add("Where", [isMissing, Number(0), Number(1)]);
        return (graph.Add("Where", [isMissing, Number(0), squares]), Mean(graph, there));
    }

    private static OnnxValue Mean(OnnxGraph graph, OnnxValue values) =>
        graph.Add("ReduceMean", [values], OnnxLayers.Attributes(("axes", (long[])[1]), ("keepdims", 1L)));

    /// <summary>Compares the outputs of the graph and the model for a few images or latent vectors.</summary>
    private static void Compare(OnnxGraph graph, Autoencoder model, OnnxPart part, OnnxPort input, OnnxPort[] outputs)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var generator = new Generator(1);
        // Latent vectors have both signs. Some pixels are slightly out of range, as they can be in rows to score.
        var (range, least) = part == OnnxPart.Decoder ? (6, -3.0) : (1.5, -0.25);
        var values = rand([CheckedImages, .. input.ShapeOfOne], generator: generator).Times(range).Plus(least);
        if (part != OnnxPart.Decoder && model is VectorAutoencoder { Scaling: { } scaling })
            values = values.mul(scaling.Scale.cpu()).Plus(scaling.Offset.cpu());
        // A custom network may change its input in place.
        var given = values.clone().to(model.Device);
        var expected = model.InEvaluationMode<Tensor[]>(() =>
        {
            if (part == OnnxPart.Decoder)
                return [model.Decode(given)];
            var latent = model.Encode(given.reshape(model.InputShape.Batch(CheckedImages)));
            return part == OnnxPart.Encoder ? [latent] : [latent, model.Decode(latent.clone())];
        });

        double[][] actual;
        try
        {
            actual = OnnxEvaluation.Run(graph, input.Name, values, outputs.Select(output => output.Name));
        }
        catch (System.Runtime.InteropServices.ExternalException e)
        {
            throw Wrong(model, $"its evaluation failed: {e.Message.Split('\n')[0]}", e);
        }
        for (var i = 0; i < expected.Length; i++)
        {
            var numbers = expected[i].cpu().to(ScalarType.Float64).contiguous().data<double>().ToArray();
            if (numbers.Length != actual[i].Length)
                throw Wrong(model, $"{outputs[i].Name} has {actual[i].Length} values for {CheckedImages} rows instead of {numbers.Length}");
            var (largest, difference) = (numbers.Max(Math.Abs), numbers.Zip(actual[i], (a, b) => Math.Abs(a - b)).Aggregate(0.0, Math.Max));
            if (!(difference <= Tolerance * Math.Max(largest, 1e-3)))
                throw Wrong(model, $"{outputs[i].Name} differs by {difference:G3}; its largest value is {largest:G3}");
        }
    }

    private static InvalidOperationException Wrong(Autoencoder model, string how, Exception? cause = null) => new(
        $"The graph and the model {model.GetName()} compute different values: {how}. A network that does more than call the layers "
        + $"'encoder' and 'decoder' must override {nameof(Autoencoder.WriteEncoder)} and {nameof(Autoencoder.WriteDecoder)}. "
        + "Nothing was written.", cause);

    private static Dictionary<string, string> Metadata(NetworkGraph network, OnnxPart part, OnnxFileOptions options)
    {
        var metadata = new Dictionary<string, string>(options.Metadata)
        {
            ["fashionae.part"] = $"{part}".ToLowerInvariant(),
            ["fashionae.latent_size"] = $"{network.LatentSize}",
        };
        if (network.InputShape.IsVector)
            metadata["fashionae.length"] = $"{network.InputShape}";
        else
            (metadata["fashionae.image_shape"], metadata["fashionae.range"]) = ($"{network.InputShape}", "[0, 1]");
        if (options.ClassNames is { } names)
            metadata["fashionae.classes"] = JsonSerializer.Serialize(names);
        if (options.Threshold is { } threshold)
            metadata["fashionae.threshold"] = threshold.ToString("R", CultureInfo.InvariantCulture);
        return metadata;
    }
}

/// <summary>The computation of a network, for writing it to a graph.</summary>
/// <param name="Name">The name of the network.</param>
/// <param name="InputShape">The shape of an input.</param>
/// <param name="LatentSize">The length of the latent vector.</param>
/// <param name="Encode">Adds the encoder: from images [N, C, H, W] or vectors [N, L] to latent vectors.</param>
/// <param name="Decode">Adds the decoder: from latent vectors to images or vectors.</param>
internal sealed record NetworkGraph(
    string Name, InputShape InputShape, int LatentSize,
    Func<OnnxGraph, OnnxValue, OnnxValue> Encode, Func<OnnxGraph, OnnxValue, OnnxValue> Decode)
{
    /// <summary>
    /// Gets the scale of each slot of vectors, by which a difference is divided before it is squared; null to leave differences unscaled.
    /// </summary>
    public float[]? Scales { get; init; }

    /// <summary>Gets a value indicating whether NaN values are missing values, whose error is 0.</summary>
    public bool MasksMissing { get; init; }

    public static NetworkGraph Of(Autoencoder model) =>
        new(model.GetName(), model.InputShape, model.LatentSize, model.WriteEncoder, model.WriteDecoder)
        {
            Scales = (model as VectorAutoencoder)?.LearnedScaling?.Scale,
            MasksMissing = model.IsBuiltIn && model.Architecture.MasksMissing,
        };
}
