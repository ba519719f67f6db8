namespace FashionAE.MLNet;

/// <summary>
/// Adds an autoencoder to the ONNX graph that ML.NET exports, with the same outputs as <see cref="AutoencoderBatch"/>. Each stage is added
/// when an output first needs it.
/// </summary>
/// <param name="export">The part of the ONNX graph that the exported step adds.</param>
/// <param name="network">The network.</param>
/// <param name="input">The images that the network encodes.</param>
/// <param name="target">The images that reconstructions are compared with.</param>
internal sealed class AutoencoderGraph(OnnxExport export, NetworkGraph network, OnnxValue input, OnnxValue target)
{
    public OnnxExport Export => export;

    /// <summary>Gets the threshold of a detector.</summary>
    public float? Threshold { get; init; }

    /// <summary>Gets the detector; null for an autoencoder without one.</summary>
    public Detector? Detector { get; init; }

    /// <summary>Gets the space in which scores compare vectors; null for images.</summary>
    public VectorSpace? Space { get; init; }

    public OnnxValue Latent => field ??= export.WhereFinite(Code, Known);

    public OnnxValue Reconstruction => field ??= export.WhereFinite(network.Decode(export.Graph, Code), Known);

    public ScoreGraph Scores => field ??= new ScoreGraph(export, network.InputShape, target, Reconstruction) { Space = Space };

    public OnnxValue Contributions => field ??= Scores.Finish(Scores.OfThere(export.Add(
        "Div", export.Add("Flatten", Weighted(Scores.Errors)), export.Number(network.InputShape.Size, isDouble: true))));

    public OnnxValue DetectorScore => field ??= Scores.Finish(Score);

    public OnnxValue Probability => field ??= Scores.Finish(export.Add(
        "Max", export.Number(0, isDouble: true), export.Add(
            "Sub", export.Number(1, isDouble: true), export.Add(
                "Mul", export.Number(2, isDouble: true), export.Add(
                    "Exp", export.Add("Sub", export.Number(0, isDouble: true), Detector!.Distribution!.Write(export, Score)))))));

    public OnnxValue DetectorMap => field ??= Scores.Finish(Anomalies.MeanErrors(
        ErrorMap.Gaussian(network.InputShape.Height, Detector!.Smoothing),
        ErrorMap.Gaussian(network.InputShape.Width, Detector.Smoothing),
        Detector.MapWeights));

    private OnnxValue Score => field ??= Detector!.Score.Write(Anomalies, Detector.Learned);

    private AnomalyGraph Anomalies => field ??= new AnomalyGraph(export, network.InputShape, network.LatentSize, Code, Scores);

    private OnnxValue Code => field ??= network.Encode(
        export.Graph, export.Graph.Reshape(input, [0, .. network.InputShape.Batch(1).Skip(1)]));

    // If one of these values of a row is infinite or NaN, all outputs of the row are missing.
    private OnnxValue Known => field ??= Space is { MasksMissing: true } ? export.WhereAnyIsThere(input) : input;

    private OnnxValue Weighted(OnnxValue errors) => Detector?.Score is WeightedErrorScore
        ? export.Add("Mul", errors, Anomalies.Constant(
            WeightedErrorScore.WeightsIn(Detector.Learned), "weights", network.InputShape.Height, network.InputShape.Width))
        : errors;
}
