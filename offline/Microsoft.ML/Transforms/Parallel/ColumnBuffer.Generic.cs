namespace Microsoft.ML.Data;

internal class ColumnBuffer<T>(int rows) : ColumnBuffer
{
    protected readonly T[] Values = new T[rows];

    public override void Fill(Delegate getter, int row) => ((ValueGetter<T>)getter)(ref Values[row]);

    public virtual void Read(int row, ref T value) => value = Values[row];
}
