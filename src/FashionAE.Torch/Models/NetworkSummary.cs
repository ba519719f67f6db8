using System.Globalization;

namespace FashionAE.Torch;

/// <summary>
/// Summarizes a network: its layers, its parameters, and the memory for one image. The values are those of the Python package torchsummary:
/// float32 values, 1 MB = 1,048,576 bytes, and twice the layers' outputs for the forward and backward pass.
/// </summary>
public sealed class NetworkSummary
{
    private const double BytesPerNumber = 4;
    private const double BytesPerMegabyte = 1 << 20;

    private NetworkSummary(IReadOnlyList<LayerSummary> layers, long trainable, long frozen, long inputs, long outputs) =>
        (Layers, TrainableParameters, NonTrainableParameters, InputMegabytes, PassMegabytes) =
            (layers, trainable, frozen, Megabytes(inputs), Megabytes(2 * outputs));

    /// <summary>Gets the layers that contain no other layers, in the order in which an image passes through them.</summary>
    public IReadOnlyList<LayerSummary> Layers { get; }

    /// <summary>Gets the number of trainable values.</summary>
    public long TrainableParameters { get; }

    /// <summary>
    /// Gets the number of frozen values (without <c>requires_grad</c>). Buffers, such as running statistics, are not included.
    /// </summary>
    public long NonTrainableParameters { get; }

    /// <summary>Gets the number of all parameter values. A parameter that several layers share counts once.</summary>
    public long Parameters => TrainableParameters + NonTrainableParameters;

    /// <summary>Gets the size of one image, in MB.</summary>
    public double InputMegabytes { get; }

    /// <summary>Gets the size of the outputs of all layers and of their gradients for one image, in MB.</summary>
    public double PassMegabytes { get; }

    /// <summary>Gets the size of the parameters, in MB.</summary>
    public double ParameterMegabytes => Megabytes(Parameters);

    /// <summary>
    /// Gets the sum of the sizes of the input, the pass and the parameters, in MB. It estimates the memory for training on one image,
    /// without the memory of the optimizer and of libtorch.
    /// </summary>
    public double TotalMegabytes => InputMegabytes + PassMegabytes + ParameterMegabytes;

    /// <summary>Summarizes a network.</summary>
    /// <param name="model">The network. Its mode (training or evaluation) is restored.</param>
    /// <returns>The summary.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="model"/> is null.</exception>
    public static NetworkSummary Of(Autoencoder model)
    {
        var layers = LayerSummary.Of(model);
        var parameters = model.parameters().DistinctBy(p => p.Handle).ToLookup(p => p.requires_grad, p => p.NumberOfElements);
        var outputs = layers.Sum(layer => layer.OutputShape.Aggregate(1L, (size, length) => size * length));
        return new NetworkSummary(layers, parameters[true].Sum(), parameters[false].Sum(), model.InputShape.Size, outputs);
    }

    /// <summary>Formats the summary as a table, with the captions of torchsummary.</summary>
    /// <returns>The table, which has several lines.</returns>
    public override string ToString()
    {
        string[][] rows =
        [
            ["layer", "kind", "output shape", "parameters"],
            .. Layers.Select(layer => new[] { layer.Name, layer.Kind, string.Join(" x ", layer.OutputShape), Number(layer.Parameters) }),
        ];
        var widths = Enumerable.Range(0, 4).Select(i => rows.Max(row => row[i].Length)).ToArray();
        string Cell(string[] row, int i) => i < 2 ? row[i].PadRight(widths[i]) : row[i].PadLeft(widths[i]);
        return string.Join(Environment.NewLine,
        [
            .. rows.Select(row => string.Join("  ", Enumerable.Range(0, 4).Select(i => Cell(row, i)))),
            "",
            $"Total params: {Number(Parameters)}",
            $"Trainable params: {Number(TrainableParameters)}",
            $"Non-trainable params: {Number(NonTrainableParameters)}",
            "",
            $"Input size (MB): {Rounded(InputMegabytes)}",
            $"Forward/backward pass size (MB): {Rounded(PassMegabytes)}",
            $"Params size (MB): {Rounded(ParameterMegabytes)}",
            $"Estimated Total Size (MB): {Rounded(TotalMegabytes)}",
        ]);
    }

    private static double Megabytes(long numbers) => numbers * BytesPerNumber / BytesPerMegabyte;

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Rounded(double megabytes) => megabytes.ToString("F2", CultureInfo.InvariantCulture);
}
