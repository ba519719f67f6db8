namespace FashionAE.Torch.Mpi.Worker;

/// <summary>
/// Counts how often ranks have different values when they average their weights after an epoch. Averaging would hide that.
/// </summary>
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
        // A single value is a loss or a flag, which differs between ranks.
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
