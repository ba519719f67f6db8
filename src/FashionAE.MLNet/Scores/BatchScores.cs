using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>
/// The scores of the reconstructions of a batch of rows, each computed once a batch, when the first getter asks. Those that follow from the
/// squared difference (mean squared error, peak signal-to-noise ratio, error map) are computed together, as far as there are getters of
/// them.
/// </summary>
/// <param name="imageSize">How many values an image has.</param>
/// <param name="images">
/// Gives the images that reconstructions should be and the reconstructions, float32 [N, C, H, W]; they are not changed.
/// </param>
/// <param name="isMissing">Tells whether a row has a pixel that is infinite or NaN: its scores are missing, NaN.</param>
internal sealed class BatchScores(int imageSize, Func<(Tensor Targets, Tensor Reconstructions)> images, Func<int, bool> isMissing)
{
    private readonly float[]?[] _values = new float[]?[Enum.GetValues<ImageScore>().Length];
    private readonly bool[] _isComputed = new bool[Enum.GetValues<ImageScore>().Length];
    private readonly HashSet<ImageScore> _wanted = [];

    private int _count;

    public void Begin(int count)
    {
        _count = count;
        Array.Clear(_isComputed);
    }

    /// <summary>Makes a getter for the row of a slot: of a vector where the score is one of every pixel, else of a Single.</summary>
    public Delegate MakeGetter(ImageScore score, RowSlot slot)
    {
        _wanted.Add(score);
        return score == ImageScore.SquaredError
            ? (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
            {
                var row = slot.ReadCurrent();
                VBuffer<float>.Copy(Values(score), row * imageSize, ref value, imageSize);
            })
            : (ValueGetter<float>)((ref float value) =>
            {
                var row = slot.ReadCurrent();
                value = Values(score)[row];
            });
    }

    /// <summary>A score of all rows, one after the other.</summary>
    private float[] Values(ImageScore score)
    {
        if (!_isComputed[(int)score])
        {
            TorchPass.Run(_count, () =>
            {
                var (targets, reconstructions) = images();
                if (score == ImageScore.StructuralSimilarity)
                {
                    Keep(score, ImageQuality.StructuralSimilarity(targets, reconstructions));
                    return;
                }
                var errors = ImageQuality.SquaredError(targets, reconstructions);
                foreach (var wanted in _wanted)
                    if (wanted != ImageScore.StructuralSimilarity)
                        Keep(wanted, ImageQuality.OfSquaredError(wanted, errors));
            });
        }
        return _values[(int)score]!;
    }

    private void Keep(ImageScore score, Tensor values)
    {
        ImageBuffer.CopyTo(values, ref _values[(int)score]);
        MarkMissing(_values[(int)score]!, _count, score == ImageScore.SquaredError ? imageSize : 1, isMissing);
        _isComputed[(int)score] = true;
    }

    /// <summary>Makes the values of missing rows NaN: what comes out for them depends on how libtorch computes.</summary>
    public static void MarkMissing(float[] values, int rows, int length, Func<int, bool> isMissing)
    {
        for (var row = 0; row < rows; row++)
            if (isMissing(row))
                values.AsSpan(row * length, length).Fill(float.NaN);
    }
}
