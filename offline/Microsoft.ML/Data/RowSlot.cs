using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Holds the object that is the current row.</summary>
internal sealed class RowSlot<TRow>
    where TRow : class
{
    private TRow _row;

    public TRow Row
    {
        get => _row ?? throw Contracts.NoRow();
        set => _row = value;
    }
}
