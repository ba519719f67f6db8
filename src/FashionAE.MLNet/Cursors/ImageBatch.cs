using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>Computes from the images that one or more columns have in a batch of rows.</summary>
internal abstract class ImageBatch(params ImageBuffer[] images) : RowBatch
{
    /// <summary>Gets how many rows the batch has.</summary>
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

    /// <summary>Whether a row has an infinite value or a NaN in any of the columns: all that is computed of it is missing.</summary>
    protected bool IsMissing(int row)
    {
        foreach (var buffer in images)
            if (!buffer.IsFinite(row))
                return true;
        return false;
    }
}
