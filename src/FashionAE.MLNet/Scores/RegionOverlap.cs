using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>
/// Compares error maps with true masks, image by image: the area under the ROC curve of pixels, and AUPRO (Bergmann et al. 2021, "The MVTec
/// Anomaly Detection Dataset", IJCV 129). A region is a set of marked pixels of an image that connect at sides or corners, as in the
/// evaluation code of that data set.
/// </summary>
internal sealed class RegionOverlap(int height, int width)
{
    /// <summary>The highest false positive rate that AUPRO covers.</summary>
    public const double HighestRate = 0.3;

    private readonly RankCurve _pixels = new();
    private readonly Stack<int> _open = new();
    private readonly int[] _areas = new int[height * width];
    private readonly List<int> _region = [];
    private long _regions;

    // The numbers of pixels that the detector's masks mark correctly and incorrectly.
    private long _hits;
    private long _falseAlarms;

    /// <summary>Gets a value indicating whether all pixels so far are normal, or all are marked.</summary>
    public bool IsOneSided => _pixels.AnomalyCount == 0 || _pixels.NormalCount == 0;

    /// <summary>
    /// Reads the image size from the dimensions of column types: from the first type with two or more dimensions, or else from the first
    /// type whose size is a square number.
    /// </summary>
    /// <returns>The height and width; null if no type contains them.</returns>
    public static (int Height, int Width)? SizeOf(params IEnumerable<VectorDataViewType> types)
    {
        foreach (var type in types)
            if (type is { IsKnownSize: true, Dimensions: [.., var height, var width] })
                return (height, width);
        foreach (var type in types)
            if ((int)Math.Sqrt(type.Size) is > 0 and var side && side * side == type.Size)
                return (side, side);
        return null;
    }

    /// <summary>Adds an image.</summary>
    /// <param name="errors">The error of each pixel; NaN counts as the highest.</param>
    /// <param name="truth">Whether each pixel is part of an anomaly.</param>
    /// <param name="predicted">Whether the detector marks each pixel; empty if there are no masks of a detector.</param>
    public void Add(ReadOnlySpan<float> errors, ReadOnlySpan<bool> truth, ReadOnlySpan<bool> predicted)
    {
        FindRegions(truth);
        for (var i = 0; i < truth.Length; i++)
        {
            if (truth[i])
                _pixels.AddAnomaly(errors[i], 1.0 / _areas[i]);
            else
                _pixels.AddNormal(errors[i]);
        }
        for (var i = 0; i < predicted.Length; i++)
        {
            _hits += predicted[i] && truth[i] ? 1 : 0;
            _falseAlarms += predicted[i] && !truth[i] ? 1 : 0;
        }
    }

    /// <summary>Computes the metrics of all images.</summary>
    /// <param name="hasPredicted">Whether there are masks of a detector.</param>
    public AnomalyPixelMetrics ToMetrics(bool hasPredicted) => new(
        _pixels.NormalCount, _pixels.AnomalyCount, _regions, _pixels.AreaUnderRoc(), _pixels.AreaUnderOverlap(_regions, HighestRate))
    {
        IntersectionOverUnion = hasPredicted ? (double)_hits / (_pixels.AnomalyCount + _falseAlarms) : double.NaN,
        FalseAlarmRate = hasPredicted ? (double)_falseAlarms / _pixels.NormalCount : double.NaN,
    };

    /// <summary>Sets each marked pixel's area to that of its region.</summary>
    private void FindRegions(ReadOnlySpan<bool> truth)
    {
        Array.Clear(_areas);
        for (var start = 0; start < truth.Length; start++)
        {
            if (!truth[start] || _areas[start] != 0)
                continue;
            _regions++;
            _region.Clear();
            Open(start);
            while (_open.TryPop(out var pixel))
                for (var row = Math.Max(0, pixel / width - 1); row <= Math.Min(height - 1, pixel / width + 1); row++)
                    for (var column = Math.Max(0, pixel % width - 1); column <= Math.Min(width - 1, pixel % width + 1); column++)
                        if (truth[row * width + column] && _areas[row * width + column] == 0)
                            Open(row * width + column);
            foreach (var pixel in _region)
                _areas[pixel] = _region.Count;
        }
    }

    private void Open(int pixel)
    {
        _areas[pixel] = -1;
        _region.Add(pixel);
        _open.Push(pixel);
    }
}
