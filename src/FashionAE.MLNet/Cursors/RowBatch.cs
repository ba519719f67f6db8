using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>
/// Computes columns for a batch of rows at once. It belongs to one cursor or row, and is used by one thread at a time. It keeps nothing
/// native between calls: ML.NET has operators that dispose no cursor, and engines that dispose no row.
/// </summary>
internal abstract class RowBatch
{
    /// <summary>Gives memory back for the next cursor's use; where nobody calls it the garbage collector takes it.</summary>
    public virtual void Release()
    {
    }

    /// <summary>Gets the getters of what is needed of the input's rows.</summary>
    /// <param name="input">The row or cursor to read from.</param>
    public abstract void Bind(DataViewRow input);

    /// <summary>Takes what is needed of the input's current row.</summary>
    /// <param name="place">The place in the batch.</param>
    public abstract void Read(int place);

    /// <summary>Begins a batch whose rows have all been read; nothing is computed before a getter asks.</summary>
    /// <param name="count">The number of rows.</param>
    public virtual void Begin(int count)
    {
    }

    /// <summary>Whether a view has a row of the batch, or leaves it out.</summary>
    public virtual bool Keeps(int row) => true;

    /// <summary>Makes a getter for the row of a slot.</summary>
    /// <param name="output">The index of the column among those that the mapping adds.</param>
    /// <param name="slot">Says which row is asked for; where a row becomes several, its copies follow each other.</param>
    /// <returns>A <see cref="ValueGetter{TValue}"/> of the column's raw type.</returns>
    public abstract Delegate MakeGetter(int output, RowSlot slot);
}
