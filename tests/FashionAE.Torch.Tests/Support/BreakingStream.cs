namespace FashionAE.Torch.Tests.Support;

/// <summary>Returns some bytes, and then does something else, such as failing.</summary>
internal sealed class BreakingStream(byte[] beginning, Action end) : MemoryStream(beginning)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position == Length)
            end();
        cancellationToken.ThrowIfCancellationRequested();
        return base.ReadAsync(buffer, cancellationToken);
    }
}
