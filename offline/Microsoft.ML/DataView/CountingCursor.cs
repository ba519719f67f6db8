namespace Microsoft.ML;

/// <summary>A cursor that leaves rows of another out, and counts those that it serves.</summary>
internal abstract class CountingCursor(DataViewRowCursor input, bool[] active) : LinkedCursor(input, active)
{
    private long _position = -1;
    private bool _ended;

    public sealed override long Position => _position;

    public sealed override bool MoveNext()
    {
        if (!_ended && MoveInput())
        {
            _position++;
            return true;
        }
        Dispose();
        return false;
    }

    /// <summary>Moves the input to the next row that is served, if there is one.</summary>
    protected abstract bool MoveInput();

    protected override void Dispose(bool disposing)
    {
        (_ended, _position) = (true, -1);
        base.Dispose(disposing);
    }
}
