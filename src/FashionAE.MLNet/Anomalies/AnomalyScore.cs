using System.Text.Json.Serialization;

namespace FashionAE.MLNet;

/// <summary>
/// How unlike the training data an image is: a number, the higher the stranger. A detector computes it from the image, its latent vector
/// and its reconstruction.
/// </summary>
/// <remarks>
/// A score of your own is a record that derives from this one, with its settings as properties. A model file holds the record as JSON, the
/// name of its type, and what <see cref="Learn"/> gave; who loads the file needs the assembly that defines the record. Instances are used
/// by several threads at the same time and keep nothing between calls.
/// </remarks>
[JsonConverter(typeof(AnomalyScoreConverter))]
public abstract record AnomalyScore
{
    /// <summary>What a score has learned that learns nothing.</summary>
    private static readonly Dictionary<string, float[]> Nothing = [];

    /// <summary>Gets the mean squared error of the reconstruction.</summary>
    public static AnomalyScore MeanSquaredError { get; } = new MeanSquaredErrorScore();

    /// <summary>Gets the squared error relative to what it usually is in each pixel.</summary>
    public static AnomalyScore WeightedError { get; } = new WeightedErrorScore();

    /// <summary>Gets the largest mean squared error of a window: small defects in large images stand out.</summary>
    public static AnomalyScore LargestLocalError { get; } = new LargestLocalErrorScore();

    /// <summary>Gets the distance of the latent vector to the nearest latent vectors of the training data.</summary>
    public static AnomalyScore LatentNeighbors { get; } = new LatentNeighborsScore();

    /// <summary>Gets the distance of the image, and of its errors, to the nearest images of the training data.</summary>
    public static AnomalyScore ImageNeighbors { get; } = new ImageNeighborsScore();

    /// <summary>
    /// Gets the combination of <see cref="ImageNeighbors"/> with <see cref="LargestLocalError"/> where that is among the rarest, by ranks
    /// among normal rows.
    /// </summary>
    public static AnomalyScore Combined { get; } = new CombinedScore();

    /// <summary>Learns what the score needs, once, after the training of the autoencoder. It learns nothing unless overridden.</summary>
    /// <param name="images">The images that the autoencoder was trained on, and those that were held out.</param>
    /// <returns>
    /// Arrays of finite numbers by names of your choice, which every call of <see cref="Compute"/> gets; the model holds them.
    /// </returns>
    public virtual IReadOnlyDictionary<string, float[]> Learn(LearningImages images) => Nothing;

    /// <summary>Computes the scores of a batch, each from its own image alone.</summary>
    /// <param name="images">The images and what the autoencoder makes of them.</param>
    /// <param name="learned">What <see cref="Learn"/> gave.</param>
    /// <param name="scores">Gets a score for each image: finite for finite images.</param>
    public abstract void Compute(ReconstructedImages images, IReadOnlyDictionary<string, float[]> learned, Span<double> scores);

    /// <summary>Checks the settings, when a trainer is made, before a detector is trained and after it has been loaded.</summary>
    /// <param name="shape">The shape of the images; null where it is not known yet.</param>
    /// <exception cref="ArgumentException">A setting is out of its range, or makes no sense for such images.</exception>
    public virtual void Check(InputShape? shape)
    {
    }

    /// <summary>Checks what a file gave as learned. Nothing is checked unless overridden.</summary>
    /// <param name="learned">The arrays by name.</param>
    /// <param name="shape">The shape of the images.</param>
    /// <param name="latentSize">The length of a latent vector.</param>
    /// <exception cref="ArgumentException">An array is missing or of another length.</exception>
    public virtual void CheckLearned(IReadOnlyDictionary<string, float[]> learned, InputShape shape, int latentSize)
    {
    }

    /// <summary>Computes the scores of a batch in slices, side by side.</summary>
    internal void ComputeInSlices(ReconstructedImages images, IReadOnlyDictionary<string, float[]> learned, double[] scores) =>
        images.InSlices((slice, first) => Compute(slice, learned, scores.AsSpan(first, slice.Count)));

    /// <summary>Writes the score into the graph that ML.NET exports: [N, 1], in double precision.</summary>
    /// <exception cref="NotSupportedException">The score cannot be written.</exception>
    internal virtual OnnxValue Write(AnomalyGraph graph, IReadOnlyDictionary<string, float[]> learned) => throw new NotSupportedException(
        $"ConvertToOnnx cannot export the anomaly score {GetType().Name}, which is not one of FashionAE.");

    /// <summary>Gets an array that a file must have.</summary>
    /// <exception cref="ArgumentException">It is missing or of another length, or has values that are not finite.</exception>
    private protected static float[] Find(IReadOnlyDictionary<string, float[]> learned, string name, Func<int, bool> hasLength) =>
        learned.TryGetValue(name, out var values) && hasLength(values.Length) && Array.TrueForAll(values, float.IsFinite)
            ? values
            : throw new ArgumentException($"what the score learned, '{name}', is missing or of the wrong length");
}

/// <summary>
/// The mean squared error of the reconstruction, [0, 1]: an autoencoder reconstructs badly what is unlike its training data (Sakurada and
/// Yairi 2014, MLSDA).
/// </summary>
public sealed record MeanSquaredErrorScore : AnomalyScore
{
    /// <inheritdoc/>
    public override void Compute(ReconstructedImages images, IReadOnlyDictionary<string, float[]> learned, Span<double> scores)
    {
        ArgumentNullException.ThrowIfNull(images);
        var size = images.Shape.Size;
        var targets = images.Images;
        var reconstructions = images.Reconstructions;
        for (var i = 0; i < images.Count; i++)
            scores[i] = images.FactorOf(i)
                * ReconstructionScores.MeanSquaredError(targets.Slice(i * size, size), reconstructions.Slice(i * size, size));
    }

    internal override OnnxValue Write(AnomalyGraph graph, IReadOnlyDictionary<string, float[]> learned) =>
        graph.Scores.MeanOf(graph.Scores.Errors);
}
