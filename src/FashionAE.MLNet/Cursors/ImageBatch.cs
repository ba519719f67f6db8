using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>Base class for computations on the images of one or more columns in a batch of rows.</summary>
internal abstract class ImageBatch(params ImageBuffer[] images) : RowBatch
{
    /// <summary>Gets the number of rows in the batch.</summary>
    protected int Count { get; private set; }

    public override void Release()
    {
        foreach (var buffer in images)
            buffer.Release();
    }

    public override void Bind(DataViewRow input)
    {
        foreach (var buffer in images)
            buffer.Bind(input);
    }

    public override void Read(int place)
    {
        foreach (var buffer in images)
            buffer.Read(place);
    }

    public override void Begin(int count) => Count = count;

    /// <summary>Returns whether a row is missing because of its values in any of the columns. All its results are then NaN.</summary>
    protected bool IsMissing(int row)
    {
        foreach (var buffer in images)
            if (!buffer.IsFinite(row))
                return true;
        return false;
    }
}
