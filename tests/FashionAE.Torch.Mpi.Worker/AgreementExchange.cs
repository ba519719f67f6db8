namespace FashionAE.Torch.Mpi.Worker;

/// <summary>Counts the times that ranks did not have the same numbers when they averaged their weights after an epoch, which would hide it.</summary>
internal sealed class AgreementExchange(IGradientExchange exchange) : IGradientExchange
{
    public int Averages { get; private set; }

    public int Disagreements { get; private set; }

    public int Rank => exchange.Rank;

    public int Size => exchange.Size;

    public void Sum(Span<float> values) => exchange.Sum(values);

    public void Sum(Span<double> values)
    {
        var own = values.ToArray();
        exchange.Sum(values);
        // A single number is a loss or a sign, and those of ranks differ.
        if (own.Length == 1)
            return;
        Averages++;
        for (var i = 0; i < own.Length; i++)
            if (values[i] / Size != own[i])
            {
                Disagreements++;
                break;
            }
    }

    public void Broadcast(Span<byte> values) => exchange.Broadcast(values);

    public void Barrier() => exchange.Barrier();
}
