using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>
/// The scores of the reconstructions of a batch of rows. Those that follow from the squared difference (mean squared error, peak
/// signal-to-noise ratio, error map) are computed together, as far as there are getters of them.
/// </summary>
/// <param name="imageSize">How many values an image has.</param>
/// <param name="images">
/// Gives the images that reconstructions should be and the reconstructions, float32 [N, C, H, W]; they are not changed.
/// </param>
/// <param name="isMissing">Tells whether a row has a pixel that is infinite or NaN: its scores are missing, NaN.</param>
internal sealed class BatchScores(int imageSize, Func<(Tensor Targets, Tensor Reconstructions)> images, Func<int, bool> isMissing)
{
    private readonly Dictionary<ImageScore, BatchValues> _scores = [];
    private int _count;

    public void Begin(int count)
    {
        _count = count;
        foreach (var score in _scores.Values)
            score.Begin(count);
    }

    /// <summary>Makes a getter for the row of a slot: of a vector where the score is one of every pixel, else of a Single.</summary>
    public Delegate MakeGetter(ImageScore score, RowSlot slot)
    {
        var isMap = score == ImageScore.SquaredError;
        if (!_scores.TryGetValue(score, out var values))
        {
            _scores[score] = values = new BatchValues(isMap ? imageSize : 1, () => Compute(score), isMissing);
            values.Begin(_count);
        }
        return isMap ? values.MakeVectorGetter(slot) : values.MakeNumberGetter(slot);
    }

    private Tensor Compute(ImageScore score)
    {
        var (targets, reconstructions) = images();
        if (score == ImageScore.StructuralSimilarity)
            return ImageQuality.StructuralSimilarity(targets, reconstructions);
        var errors = ImageQuality.SquaredError(targets, reconstructions);
        foreach (var (other, values) in _scores)
            if (other != score && other != ImageScore.StructuralSimilarity)
                values.Keep(ImageQuality.OfSquaredError(other, errors));
        return ImageQuality.OfSquaredError(score, errors);
    }
}
