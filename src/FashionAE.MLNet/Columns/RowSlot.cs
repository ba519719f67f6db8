namespace FashionAE.MLNet;

/// <summary>Which of the rows that were read ahead is the current one; shared by a cursor and all of its getters.</summary>
internal class RowSlot
{
    public int Index { get; set; } = -1;

    public int Count { get; set; }

    /// <summary>Whether there is a current row.</summary>
    public bool IsAtRow => (uint)Index < (uint)Count;

    /// <summary>Reads what is computed from the current row, where that has not been done, and tells its index.</summary>
    /// <exception cref="InvalidOperationException">The cursor has not been moved yet, or is at its end.</exception>
    public virtual int ReadCurrent() => IsAtRow
        ? Index
        : throw new InvalidOperationException("The cursor is either not started or ended, and has no values.");
}

/// <summary>The row of the input of which a step makes several: rows of a slot that follow each other.</summary>
internal sealed class InputRowSlot(RowSlot row, int copies) : RowSlot
{
    public override int ReadCurrent() => row.ReadCurrent() / copies;
}
