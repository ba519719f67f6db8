namespace FashionAE.MLNet;

/// <summary>Says which of the rows that were read ahead is the current one. A cursor shares it with its getters.</summary>
internal class RowSlot
{
    public int Index { get; set; } = -1;

    public int Count { get; set; }

    /// <summary>Whether there is a current row.</summary>
    public bool IsAtRow => (uint)Index < (uint)Count;

    /// <summary>Returns the index of the current row. An override may first read the row's inputs.</summary>
    /// <exception cref="InvalidOperationException">The cursor has not been moved yet, or is at its end.</exception>
    public virtual int ReadCurrent() => IsAtRow
        ? Index
        : throw new InvalidOperationException("The cursor has not been started or has ended, so it has no values.");
}

/// <summary>The input row of the current row, for steps that make several consecutive rows of each input row.</summary>
internal sealed class InputRowSlot(RowSlot row, int copies) : RowSlot
{
    public override int ReadCurrent() => row.ReadCurrent() / copies;
}
