namespace FashionAE.MLNet;

/// <summary>Which of the rows that were read ahead is the current one; shared by a cursor and all of its getters.</summary>
internal class RowSlot
{
    public int Index { get; set; } = -1;

    public int Count { get; set; }

    /// <summary>The index, where there is a current row.</summary>
    /// <exception cref="InvalidOperationException">The cursor has not been moved yet, or is at its end.</exception>
    public virtual int Current => (uint)Index < (uint)Count
        ? Index
        : throw new InvalidOperationException("The cursor is either not started or ended, and has no values.");
}
