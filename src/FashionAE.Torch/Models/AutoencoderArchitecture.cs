using System.Text.Json.Serialization;
using FashionAE.Torch.Data;

namespace FashionAE.Torch.Models;

/// <summary>
/// The serialisable description of an autoencoder. A network of your own needs a record that derives from this one, holds what the
/// network's constructor takes, and builds it; System.Text.Json must be able to write and read it.
/// </summary>
/// <param name="ImageShape">The shape of the images.</param>
/// <param name="LatentSize">The length of the latent vector, 1 or more.</param>
public abstract record AutoencoderArchitecture(
    [property: JsonPropertyOrder(-2)] ImageShape ImageShape, [property: JsonPropertyOrder(-1)] int LatentSize)
{
    /// <summary>Builds the network with fresh weights, drawn from torch's default generator.</summary>
    /// <returns>The network, on the CPU; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size makes no network.</exception>
    public abstract Autoencoder Build();
}
