namespace Microsoft.ML.Data;

/// <summary>Vectors, which are copied: the reader may keep his, and the buffer's are filled again.</summary>
internal sealed class VectorColumnBuffer<TItem>(int rows) : ColumnBuffer<VBuffer<TItem>>(rows)
{
    public override void Read(int row, ref VBuffer<TItem> value) => Values[row].CopyTo(ref value);
}
