using System.Text.Json.Serialization;

namespace FashionAE.MLNet;

/// <summary>
/// Measures how much an image differs from the training data. A higher score means a more unusual image. A detector computes the score from
/// the image, its latent vector and its reconstruction.
/// </summary>
/// <remarks>
/// To define a custom score, derive a record from this class, with its settings as properties. A model file contains the record as JSON,
/// the name of its type, and the arrays that <see cref="Learn"/> returned. A program that loads the file needs the assembly that defines
/// the record. Several threads use one instance at the same time, so it must not keep state between calls.
/// </remarks>
[JsonConverter(typeof(AnomalyScoreConverter))]
public abstract record AnomalyScore
{
    /// <summary>The result of <see cref="Learn"/> for scores that learn nothing.</summary>
    private static readonly Dictionary<string, float[]> Nothing = [];

    /// <summary>Gets the mean squared error of the reconstruction.</summary>
    public static AnomalyScore MeanSquaredError { get; } = new MeanSquaredErrorScore();

    /// <summary>Gets the mean squared error relative to the usual squared error of each pixel.</summary>
    public static AnomalyScore WeightedError { get; } = new WeightedErrorScore();

    /// <summary>Gets the largest mean squared error of a window. It finds small defects in large images.</summary>
    public static AnomalyScore LargestLocalError { get; } = new LargestLocalErrorScore();

    /// <summary>Gets the distance from the latent vector to its nearest neighbors among the latent vectors of the training data.</summary>
    public static AnomalyScore LatentNeighbors { get; } = new LatentNeighborsScore();

    /// <summary>Gets the distance from the image and its errors to the nearest neighbors in the training data.</summary>
    public static AnomalyScore ImageNeighbors { get; } = new ImageNeighborsScore();

    /// <summary>
    /// Gets the combination of <see cref="ImageNeighbors"/> and <see cref="LargestLocalError"/>, by how rare their values are among normal
    /// rows. <see cref="LargestLocalError"/> counts only where it is among the highest 5 percent.
    /// </summary>
    public static AnomalyScore Combined { get; } = new CombinedScore();

    /// <summary>
    /// Learns what the score needs. It is called once per detector, after the autoencoder has been trained. The base implementation learns
    /// nothing.
    /// </summary>
    /// <param name="images">The images to learn from, and the held-out images.</param>
    /// <returns>
    /// Arrays of finite values, under names of your choice. The model stores them, and every call of <see cref="Compute"/> receives them.
    /// </returns>
    public virtual IReadOnlyDictionary<string, float[]> Learn(LearningImages images) => Nothing;

    /// <summary>Computes the scores of a batch. Each score depends only on its own image.</summary>
    /// <param name="images">The images with their latent vectors and reconstructions.</param>
    /// <param name="learned">The arrays that <see cref="Learn"/> returned.</param>
    /// <param name="scores">Receives one score per image. The score of a finite image must be finite.</param>
    public abstract void Compute(ReconstructedImages images, IReadOnlyDictionary<string, float[]> learned, Span<double> scores);

    /// <summary>
    /// Checks the settings. It is called when a trainer is created, before a detector is trained and after a detector has been loaded.
    /// </summary>
    /// <param name="shape">The shape of the images, or null if it is not known yet.</param>
    /// <exception cref="ArgumentException">A setting is out of range, or does not fit images of this shape.</exception>
    public virtual void Check(InputShape? shape)
    {
    }

    /// <summary>Checks the learned arrays that were read from a file. The base implementation checks nothing.</summary>
    /// <param name="learned">The arrays by name.</param>
    /// <param name="shape">The shape of the images.</param>
    /// <param name="latentSize">The length of a latent vector.</param>
    /// <exception cref="ArgumentException">An array is missing or has the wrong length.</exception>
    public virtual void CheckLearned(IReadOnlyDictionary<string, float[]> learned, InputShape shape, int latentSize)
    {
    }

    /// <summary>Splits a batch into slices and computes their scores in parallel.</summary>
    internal void ComputeInSlices(ReconstructedImages images, IReadOnlyDictionary<string, float[]> learned, double[] scores) =>
        images.InSlices((slice, first) => Compute(slice, learned, scores.AsSpan(first, slice.Count)));

    /// <summary>Adds the score to the ONNX graph that ML.NET exports: [N, 1], in double precision.</summary>
    /// <exception cref="NotSupportedException">The score cannot be exported.</exception>
    internal virtual OnnxValue Write(AnomalyGraph graph, IReadOnlyDictionary<string, float[]> learned) => throw new NotSupportedException(
        $"ConvertToOnnx cannot export the anomaly score {GetType().Name}: only the scores that FashionAE defines can be exported.");

    /// <summary>Gets a learned array that a file must contain.</summary>
    /// <exception cref="ArgumentException">The array is missing, has the wrong length, or has a value that is infinite or NaN.</exception>
    private protected static float[] Find(IReadOnlyDictionary<string, float[]> learned, string name, Func<int, bool> hasLength) =>
        learned.TryGetValue(name, out var values) && hasLength(values.Length) && Array.TrueForAll(values, float.IsFinite)
            ? values
            : throw new ArgumentException($"the learned array '{name}' is missing, has the wrong length, or is not finite");
}

/// <summary>
/// Measures the mean squared error of the reconstruction, within [0, 1] for images. An autoencoder reconstructs an image poorly if it is
/// unlike the training data (Sakurada and Yairi 2014, MLSDA).
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
