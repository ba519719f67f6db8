using FashionAE.MLNet.Autoencoding;
using FashionAE.Torch.Models;
using FashionAE.Torch.Training;
using Microsoft.ML;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>Small autoencoders for the small images.</summary>
internal static class Models
{
    public static DenseArchitecture Dense { get; } = new(Images.Shape, 2) { HiddenSizes = [32, 8], Dropout = [0.1] };

    public static AutoencoderOptions Options(AutoencoderArchitecture? architecture = null, int batchSize = 256, int epochs = 1) => new()
    {
        Architecture = architecture ?? Dense,
        Training = new TrainingOptions { Epochs = epochs, BatchSize = 16 },
        BatchSize = batchSize,
        Seed = 3,
    };

    /// <summary>Options that add every column there is.</summary>
    public static AutoencoderOptions AllColumns(AutoencoderArchitecture? architecture = null, int batchSize = 256)
    {
        var options = Options(architecture, batchSize);
        options.InputColumnName = "Pixels";
        options.LatentColumnName = "Code";
        options.ReconstructionColumnName = "Clean";
        options.MseColumnName = "Mse";
        options.PsnrColumnName = "Psnr";
        options.SsimColumnName = "Ssim";
        return options;
    }

    public static AutoencoderTransformer Fit(MLContext ml, AutoencoderOptions options, int images = 40) =>
        ml.Transforms.Autoencode(options).Fit(Images.View(ml, images));
}
