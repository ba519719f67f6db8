namespace FashionAE.MLNet;

/// <summary>Computes a trained network in evaluation mode. Any number of threads can use it at the same time.</summary>
internal interface INetworkEngine
{
    /// <summary>Encodes images.</summary>
    /// <param name="images">The images, one after the other, in the order channel, row, column. The array may be longer.</param>
    /// <param name="latent">Receives the latent vectors, one after the other.</param>
    /// <param name="count">The number of images.</param>
    void Encode(float[] images, float[] latent, int count);

    /// <summary>Decodes latent vectors. The arrays are like those of <see cref="Encode"/>.</summary>
    void Decode(float[] latent, float[] images, int count);
}
