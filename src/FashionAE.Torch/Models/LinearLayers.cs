namespace FashionAE.Torch;

/// <summary>Describes the linear layers of an encoder and of a decoder that mirrors it, for dense networks and vector networks.</summary>
/// <param name="Length">The number of values in an input.</param>
/// <param name="LatentSize">The length of the latent vector.</param>
/// <param name="HiddenSizes">The encoder's hidden sizes.</param>
/// <param name="Dropout">The dropout probabilities after the encoder's first hidden layers.</param>
internal sealed record LinearLayers(int Length, int LatentSize, IReadOnlyList<int>? HiddenSizes, IReadOnlyList<double>? Dropout)
{
    /// <summary>Gets what is wrong with the sizes or the dropout probabilities; null if they are valid.</summary>
    public string? Problem
    {
        get
        {
            if (Length < 1 || LatentSize < 1 || HiddenSizes?.All(size => size >= 1) != true)
                return "Every size must be 1 or more.";
            if (Dropout?.All(probability => probability is >= 0 and < 1) != true)
                return "Dropout probabilities must be in [0, 1).";
            return HiddenSizes.Count > NetworkPart.MostLayers ? $"There can be at most {NetworkPart.MostLayers} hidden layers." : null;
        }
    }

    /// <summary>Creates the layers of the encoder and of the decoder. <see cref="Problem"/> must be null.</summary>
    /// <param name="hidden">Creates a hidden layer from the numbers of its inputs and outputs.</param>
    public (IEnumerable<NetworkLayer> Encoder, IEnumerable<NetworkLayer> Decoder) Make(Func<int, int, IEnumerable<NetworkLayer>> hidden)
    {
        var (encoder, decoder, size) = (new List<NetworkLayer>(), new List<NetworkLayer>(), Length);
        for (var i = 0; i < HiddenSizes!.Count; size = HiddenSizes[i++])
            encoder.AddRange([.. hidden(size, HiddenSizes[i]), .. Dropout!.Skip(i).Take(1).Select(NetworkLayer.Dropout)]);
        encoder.Add(NetworkLayer.Linear(size, LatentSize));

        size = LatentSize;
        foreach (var next in HiddenSizes.Reverse())
        {
            decoder.AddRange(hidden(size, next));
            size = next;
        }
        decoder.Add(NetworkLayer.Linear(size, Length));
        return (encoder, decoder);
    }
}
