namespace FashionAE.MLNet.Autoencoding;

/// <summary>What an autoencoder can add to a row.</summary>
internal enum AutoencoderOutput
{
    Latent,
    Reconstruction,
    Mse,
    Psnr,
    Ssim,

    /// <summary>Whether the mean squared error is above the threshold.</summary>
    Anomaly,
}
