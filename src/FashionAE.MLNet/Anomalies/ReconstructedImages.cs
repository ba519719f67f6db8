namespace FashionAE.MLNet;

/// <summary>
/// A batch of images and what an autoencoder makes of them, for an <see cref="AnomalyScore"/>. The latent vectors, reconstructions and
/// error maps are computed when they are first read. The spans are valid until the next batch.
/// </summary>
public sealed class ReconstructedImages
{
    private readonly Func<float[]> _images;
    private readonly Func<float[]> _latent;
    private readonly Func<float[]> _reconstructions;
    private float[] _errorMaps = [];
    private bool _hasErrorMaps;

    internal ReconstructedImages(
        ImageShape shape, int latentSize, Func<float[]> images, Func<float[]> latent, Func<float[]> reconstructions) =>
        (Shape, LatentSize, _images, _latent, _reconstructions) = (shape, latentSize, images, latent, reconstructions);

    /// <summary>Gets the number of images.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the shape of the images.</summary>
    public ImageShape Shape { get; }

    /// <summary>Gets the length of a latent vector.</summary>
    public int LatentSize { get; }

    /// <summary>
    /// Gets the images that reconstructions should be, [Count, C, H, W] in [0, 1]: the targets where the detector has a target column.
    /// </summary>
    public ReadOnlySpan<float> Images => _images().AsSpan(0, Count * Shape.Size);

    /// <summary>Gets the latent vectors of the inputs, [Count, LatentSize].</summary>
    public ReadOnlySpan<float> Latent => _latent().AsSpan(0, Count * LatentSize);

    /// <summary>Gets the reconstructions, [Count, C, H, W].</summary>
    public ReadOnlySpan<float> Reconstructions => _reconstructions().AsSpan(0, Count * Shape.Size);

    /// <summary>Gets the squared error of every pixel, the mean over the channels, [Count, H, W].</summary>
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

    internal void Begin(int count) => (Count, _hasErrorMaps) = (count, false);
}

/// <summary>The images that an <see cref="AnomalyScore"/> learns from, after the autoencoder has been trained.</summary>
public sealed class LearningImages
{
    private readonly Func<IEnumerable<ReconstructedImages>> _training;
    private readonly Func<IEnumerable<ReconstructedImages>> _heldOut;

    internal LearningImages(Func<IEnumerable<ReconstructedImages>> training, Func<IEnumerable<ReconstructedImages>> heldOut) =>
        (_training, _heldOut) = (training, heldOut);

    /// <summary>Gets the shape of the images.</summary>
    public required ImageShape Shape { get; init; }

    /// <summary>Gets the length of a latent vector.</summary>
    public required int LatentSize { get; init; }

    /// <summary>Gets the number of images that the autoencoder was trained on.</summary>
    public required long TrainingCount { get; init; }

    /// <summary>Gets the number of images that were held out of the training.</summary>
    public required long HeldOutCount { get; init; }

    /// <summary>Gets the seed of everything random: that of the training.</summary>
    public required int Seed { get; init; }

    /// <summary>
    /// Gets the images that the autoencoder was trained on, batch by batch, each in the place of the one before. Every enumeration reads
    /// the data once more.
    /// </summary>
    public IEnumerable<ReconstructedImages> Training => _training();

    /// <summary>Gets the images that were held out of the training, as <see cref="Training"/> gives those others.</summary>
    public IEnumerable<ReconstructedImages> HeldOut => _heldOut();
}
