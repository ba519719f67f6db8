namespace FashionAE.MLNet;

/// <summary>Computes a trained network in evaluation mode, for any number of threads at the same time.</summary>
internal interface INetworkEngine
{
    /// <summary>Encodes images.</summary>
    /// <param name="images">The images one after the other, in the order channel, row, column; there may be more.</param>
    /// <param name="latent">Gets their latent vectors, one after the other.</param>
    /// <param name="count">How many there are.</param>
    void Encode(float[] images, float[] latent, int count);

    /// <summary>Decodes latent vectors, as <see cref="Encode"/> encodes images.</summary>
    void Decode(float[] latent, float[] images, int count);
}
