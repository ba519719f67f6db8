namespace FashionAE.MLNet;

/// <summary>
/// A batch of images with their latent vectors and reconstructions, from which an <see cref="AnomalyScore"/> is computed. Latent vectors,
/// reconstructions and error maps are computed when they are first read. The spans are valid until the next batch.
/// </summary>
public sealed class ReconstructedImages
{
    // Scoring a slice takes longer than starting another thread, and its values stay in the processor's cache.
    private const int SliceLength = 32;

    private readonly Func<float[]> _images;
    private readonly Func<float[]> _latent;
    private readonly Func<float[]> _reconstructions;
    private readonly Func<double[]?> _factors;
    private int _first;
    private float[] _errorMaps = [];
    private bool _hasErrorMaps;

    internal ReconstructedImages(InputShape shape, int latentSize, Func<float[]> latent, ComparedValues compared)
        : this(shape, latentSize, latent, (compared.Targets, compared.Reconstructions, compared.Factors))
    {
    }

    private ReconstructedImages(
        InputShape shape, int latentSize, Func<float[]> latent,
        (Func<float[]> Images, Func<float[]> Reconstructions, Func<double[]?> Factors) compared)
    {
        (Shape, LatentSize, _latent) = (shape, latentSize, latent);
        (_images, _reconstructions, _factors) = compared;
    }

    /// <summary>Gets the number of images.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the shape of the images, or of the vectors.</summary>
    public InputShape Shape { get; }

    /// <summary>Gets the length of a latent vector.</summary>
    public int LatentSize { get; }

    /// <summary>
    /// Gets the images that reconstructions are compared with, [Count, C, H, W] in [0, 1]. They are the targets if the detector has a
    /// target column. Vectors are [Count, L], scaled as the network scales them, and missing values are 0.
    /// </summary>
    public ReadOnlySpan<float> Images => Part(_images(), Shape.Size);

    /// <summary>Gets the latent vectors of the inputs, [Count, LatentSize].</summary>
    public ReadOnlySpan<float> Latent => Part(_latent(), LatentSize);

    /// <summary>Gets the reconstructions, [Count, C, H, W]. Those of vectors are [Count, L], scaled as the vectors are.</summary>
    public ReadOnlySpan<float> Reconstructions => Part(_reconstructions(), Shape.Size);

    /// <summary>
    /// Gets the squared error of every pixel, averaged over the channels, [Count, H, W]. The errors of vectors are [Count, L].
    /// </summary>
    public ReadOnlySpan<float> ErrorMaps
    {
        get
        {
            var plane = Shape.Height * Shape.Width;
            if (!_hasErrorMaps)
            {
                if (_errorMaps.Length < Count * plane)
                    _errorMaps = new float[Count * plane];
                var images = Images;
                var reconstructions = Reconstructions;
                for (var i = 0; i < Count; i++)
                    ErrorMap.Compute(
                        images.Slice(i * Shape.Size, Shape.Size), reconstructions.Slice(i * Shape.Size, Shape.Size),
                        _errorMaps.AsSpan(i * plane, plane));
                _hasErrorMaps = true;
            }
            return _errorMaps.AsSpan(0, Count * plane);
        }
    }

    /// <summary>Gets the factor for the mean error of a row: 1, or more if values of a vector are missing.</summary>
    internal double FactorOf(int row) => _factors()?[_first + row] ?? 1;

    internal void Begin(int count) => (Count, _hasErrorMaps) = (count, false);

    /// <summary>Calls an action with each slice of the batch and the index of its first row. Slices run in parallel.</summary>
    internal void InSlices(Action<ReconstructedImages, int> act)
    {
        if (Count <= SliceLength)
        {
            act(this, 0);
            return;
        }
        var gate = new Lock();
        Func<T> InTurn<T>(Func<T> compute) => () =>
        {
            lock (gate)
                return compute();
        };
        var (latent, compared) = (InTurn(_latent), (InTurn(_images), InTurn(_reconstructions), InTurn(_factors)));
        SideBySide.Run((Count + SliceLength - 1) / SliceLength, slice =>
        {
            var first = slice * SliceLength;
            var part = new ReconstructedImages(Shape, LatentSize, latent, compared) { _first = _first + first };
            part.Begin(Math.Min(SliceLength, Count - first));
            act(part, first);
        });
    }

    private ReadOnlySpan<float> Part(float[] values, int size) => values.AsSpan(_first * size, Count * size);
}

/// <summary>The images that an <see cref="AnomalyScore"/> learns from, after the autoencoder has been trained.</summary>
public sealed class LearningImages
{
    private readonly Func<IEnumerable<ReconstructedImages>> _training;
    private readonly Func<IEnumerable<ReconstructedImages>> _heldOut;

    internal LearningImages(Func<IEnumerable<ReconstructedImages>> training, Func<IEnumerable<ReconstructedImages>> heldOut) =>
        (_training, _heldOut) = (training, heldOut);

    /// <summary>Gets the shape of the images.</summary>
    public required InputShape Shape { get; init; }

    /// <summary>Gets the length of a latent vector.</summary>
    public required int LatentSize { get; init; }

    /// <summary>Gets the number of images in <see cref="Training"/>.</summary>
    public required long TrainingCount { get; init; }

    /// <summary>Gets the number of images that were held out of the training.</summary>
    public required long HeldOutCount { get; init; }

    /// <summary>
    /// Gets the seed for random choices: the seed of the training, or the one passed to
    /// <see cref="AutoencoderTransformer.WithReferencesOf"/>.
    /// </summary>
    public required int Seed { get; init; }

    /// <summary>
    /// Gets the images that were not held out, batch by batch. The autoencoder was trained on them, with two exceptions. If
    /// ValidationSetFraction is set, it was validated on some of them instead. In <see cref="AutoencoderTransformer.WithReferencesOf"/>,
    /// they are new images. Each batch replaces the previous one. Every enumeration reads the data again.
    /// </summary>
    public IEnumerable<ReconstructedImages> Training => _training();

    /// <summary>Gets the images that were held out of the training, batch by batch like <see cref="Training"/>.</summary>
    public IEnumerable<ReconstructedImages> HeldOut => _heldOut();
}
