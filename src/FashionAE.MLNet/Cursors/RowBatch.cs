using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>
/// Computes columns for a batch of rows. It belongs to one cursor or row and is used by one thread at a time. It keeps no native memory
/// between calls, because some ML.NET operators do not dispose cursors, and some engines do not dispose rows.
/// </summary>
internal abstract class RowBatch
{
    /// <summary>Returns memory to the pool for the next cursor. If this is not called, the garbage collector frees the memory.</summary>
    public virtual void Release()
    {
    }

    /// <summary>Gets the getters of the input columns that the batch needs.</summary>
    /// <param name="input">The row or cursor to read from.</param>
    public abstract void Bind(DataViewRow input);

    /// <summary>Reads the values that the batch needs from the input's current row.</summary>
    /// <param name="place">The place in the batch.</param>
    public abstract void Read(int place);

    /// <summary>
    /// Begins a batch after all its rows have been read. Nothing is computed until a getter or <see cref="Keeps"/> is called.
    /// </summary>
    /// <param name="count">The number of rows.</param>
    public virtual void Begin(int count)
    {
    }

    /// <summary>Whether a view keeps a row of the batch rather than skipping it.</summary>
    public virtual bool Keeps(int row) => true;

    /// <summary>Creates a getter for the row of a slot.</summary>
    /// <param name="output">The index of the column among the added columns.</param>
    /// <param name="slot">
    /// The slot that says which output row is current. If a step outputs several rows for an input row, they are consecutive.
    /// </param>
    /// <returns>A <see cref="ValueGetter{TValue}"/> of the column's raw type.</returns>
    public abstract Delegate MakeGetter(int output, RowSlot slot);
}
