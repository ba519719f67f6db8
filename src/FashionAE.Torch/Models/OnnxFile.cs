using System.Globalization;
using System.Text.Json;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Which part of an autoencoder an ONNX file holds.</summary>
public enum OnnxPart
{
    /// <summary>From images to latent vectors.</summary>
    Encoder,

    /// <summary>From latent vectors to images.</summary>
    Decoder,

    /// <summary>From images to their latent vectors, their reconstructions and how far those are off.</summary>
    Whole,
}

/// <summary>How an autoencoder is written as ONNX.</summary>
public sealed class OnnxFileOptions
{
    /// <summary>Gets or sets whether an image is a vector [N, C * H * W], as in ML.NET, or else [N, C, H, W]; true unless set.</summary>
    public bool FlatImages { get; set; } = true;

    /// <summary>
    /// Gets or sets the mean squared error above which an image is an anomaly, 0 or more: a whole autoencoder then has the output
    /// IsAnomaly. Null, the default, for none.
    /// </summary>
    public float? Threshold { get; set; }

    /// <summary>Gets or sets the names of the classes that the autoencoder was trained on, for the metadata; null unless set.</summary>
    public IReadOnlyList<string>? ClassNames { get; set; }

    /// <summary>Gets or sets more metadata, such as figures of the training; none unless set.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; set; } = new Dictionary<string, string>();

    /// <summary>Gets or sets whether graph and model are compared on a few images before the file is written; true unless set.</summary>
    public bool Check { get; set; } = true;
}

/// <summary>
/// An autoencoder as an ONNX model (version 1.8 of the format, operators of version 13), which ONNX Runtime runs without TorchSharp, in
/// ML.NET by <c>ApplyOnnxModel</c>. The first dimension is free; all numbers are float32, pixels in [0, 1]. A
/// <see cref="VectorAutoencoder"/> takes and gives vectors in their own units; its errors are those of the scaled slots.
/// </summary>
/// <remarks>
/// <para>An encoder has the input Pixels and the output Latent [N, LatentSize]; a decoder the input Latent and the output Reconstruction; a
/// whole autoencoder the input Pixels and the outputs Latent, Reconstruction, ErrorMap (the squared error of every value), Mse [N, 1]
/// (their mean), and with a threshold IsAnomaly [N, 1].</para>
/// <para>Dropout is left out. Batch normalization uses its running statistics, multiplied into a linear layer before it.</para>
/// </remarks>
public static class OnnxFile
{
    /// <summary>The input of images.</summary>
    public const string Pixels = "Pixels";

    /// <summary>Latent vectors.</summary>
    public const string Latent = "Latent";

    /// <summary>Decoded images.</summary>
    public const string Reconstruction = "Reconstruction";

    /// <summary>The squared error of every value.</summary>
    public const string ErrorMap = "ErrorMap";

    /// <summary>The mean squared error of an image.</summary>
    public const string Mse = "Mse";

    /// <summary>Whether the mean squared error is above the threshold, or no number.</summary>
    public const string IsAnomaly = "IsAnomaly";

    private const int CheckedImages = 4;
    private const double Tolerance = 1e-5;

    /// <summary>Saves a part of an autoencoder to a file, whole or not at all.</summary>
    /// <param name="model">The autoencoder, on any device; its mode (training or not) is left as it was.</param>
    /// <param name="path">The path of the file.</param>
    /// <param name="part">The part.</param>
    /// <param name="options">How it is written; null for the defaults.</param>
    /// <exception cref="NotSupportedException">The network has a layer that cannot be written, which the message names.</exception>
    /// <exception cref="InvalidOperationException">The graph does not compute what the model does, or is too large for a file.</exception>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    /// <exception cref="IOException">The file could not be written; what was there before still is.</exception>
    public static void Save(Autoencoder model, string path, OnnxPart part, OnnxFileOptions? options = null)
    {
        var bytes = ToBytes(model, part, options);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>Gives what <see cref="Save"/> would write, such as for an inference session in the same process.</summary>
    /// <inheritdoc cref="Save" path="/param[not(@name='path')]|/exception[not(@cref='T:System.IO.IOException')]"/>
    /// <returns>The bytes of the file.</returns>
    public static byte[] ToBytes(Autoencoder model, OnnxPart part, OnnxFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new OnnxFileOptions();
        if (!Enum.IsDefined(part))
            throw new ArgumentOutOfRangeException(nameof(part), part, "There is no such part.");
        if (options.Threshold is { } threshold && (part != OnnxPart.Whole || !(threshold >= 0) || !float.IsFinite(threshold)))
            throw new ArgumentException(
                $"A threshold is 0 or more, for a whole autoencoder; it is {threshold} for the part {part}.", nameof(options));

        return ToBytes(
            NetworkGraph.Of(model), part, options,
            options.Check ? (graph, input, outputs) => Compare(graph, model, part, input, outputs) : null);
    }

    /// <summary>Gives the file of a network that need not be built.</summary>
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
            // Not "greater": of an image with a pixel that is no number the error is none either, and it is an anomaly.
            var limit = graph.Constant(StoredTensor.Of([threshold]), "threshold");
            graph.Output(graph.Add("Not", [graph.Add("LessOrEqual", [mean, limit])]), IsAnomaly);
            outputs.Add(Port(IsAnomaly));
        }
        return (Port(Pixels), [.. outputs]);
    }

    /// <summary>Writes the squared error of every value: of vectors as they are scaled, 0 where one is missing.</summary>
    /// <returns>The errors, and the share of the values of a row that is there; null where none is missing.</returns>
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

    /// <summary>Computes a few images, or latent vectors, by the graph and by the model.</summary>
    private static void Compare(OnnxGraph graph, Autoencoder model, OnnxPart part, OnnxPort input, OnnxPort[] outputs)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var generator = new Generator(1);
        // Of latent vectors both signs, of images also values that are a little out of range, as rows to score can have them.
        var (range, least) = part == OnnxPart.Decoder ? (6, -3.0) : (1.5, -0.25);
        var values = rand([CheckedImages, .. input.ShapeOfOne], generator: generator).Times(range).Plus(least);
        if (part != OnnxPart.Decoder && model is VectorAutoencoder { Scaling: { } scaling })
            values = values.mul(scaling.Scale.cpu()).Plus(scaling.Offset.cpu());
        // A network of one's own may change its input in place.
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
            throw Wrong(model, $"it cannot be computed: {e.Message.Split('\n')[0]}", e);
        }
        for (var i = 0; i < expected.Length; i++)
        {
            var numbers = expected[i].cpu().to(ScalarType.Float64).contiguous().data<double>().ToArray();
            if (numbers.Length != actual[i].Length)
                throw Wrong(model, $"{outputs[i].Name} has {actual[i].Length} values for {CheckedImages} rows and not {numbers.Length}");
            var (largest, difference) = (numbers.Max(Math.Abs), numbers.Zip(actual[i], (a, b) => Math.Abs(a - b)).Aggregate(0.0, Math.Max));
            if (!(difference <= Tolerance * Math.Max(largest, 1e-3)))
                throw Wrong(model, $"{outputs[i].Name} differs by {difference:G3}, and its largest value is {largest:G3}");
        }
    }

    private static InvalidOperationException Wrong(Autoencoder model, string how, Exception? cause = null) => new(
        $"The graph of {model.GetName()} does not compute what the model computes: {how}. A network that does more than call layers named "
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

/// <summary>What a network computes, as it is written into a graph.</summary>
/// <param name="Name">The name of the network.</param>
/// <param name="InputShape">The shape of an input.</param>
/// <param name="LatentSize">The length of the latent vector.</param>
/// <param name="Encode">Adds the encoder: from images, [N, C, H, W], or vectors, [N, L], to latent vectors.</param>
/// <param name="Decode">Adds the decoder: from latent vectors to images.</param>
internal sealed record NetworkGraph(
    string Name, InputShape InputShape, int LatentSize,
    Func<OnnxGraph, OnnxValue, OnnxValue> Encode, Func<OnnxGraph, OnnxValue, OnnxValue> Decode)
{
    /// <summary>Gets what the errors of each slot of vectors are divided by; null for nothing.</summary>
    public float[]? Scales { get; init; }

    /// <summary>Gets a value indicating whether values that are NaN have no error.</summary>
    public bool MasksMissing { get; init; }

    public static NetworkGraph Of(Autoencoder model) =>
        new(model.GetName(), model.InputShape, model.LatentSize, model.WriteEncoder, model.WriteDecoder)
        {
            Scales = (model as VectorAutoencoder)?.LearnedScaling?.Scale,
            MasksMissing = model.IsBuiltIn && model.Architecture.MasksMissing,
        };
}
