namespace Microsoft.ML.Data;

/// <inheritdoc/>
internal sealed class ColumnStore<T>(ValueGetter<T> source) : ColumnStore
{
    private const int BlockSize = 1024;

    private volatile T[][] _blocks = [];

    public override void Put(int place)
    {
        var (block, index) = Math.DivRem(place, BlockSize);
        while (block >= _blocks.Length)
            _blocks = [.. _blocks, new T[BlockSize]];
        source(ref _blocks[block][index]);
    }

    public override Delegate MakeGetter(Func<int> place)
    {
        var copy = ValueCopy<T>.Instance;
        return (ValueGetter<T>)((ref T value) =>
        {
            var (block, index) = Math.DivRem(place(), BlockSize);
            copy(in _blocks[block][index], ref value);
        });
    }
}
