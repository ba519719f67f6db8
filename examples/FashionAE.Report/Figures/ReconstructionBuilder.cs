using FashionAE.Studies.Judging;
using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Report.Figures;

/// <summary>Shows images to a model, and what it makes of them.</summary>
public static class ReconstructionBuilder
{
    /// <summary>Decodes what a model sees of some images.</summary>
    /// <param name="model">The model; it is put in evaluation mode.</param>
    /// <param name="images">The originals.</param>
    /// <param name="inputs">What the model sees of each, float32 [N, C, H, W].</param>
    /// <param name="classifier">What judges the decoded images; null where none does.</param>
    /// <returns>One reconstruction an image.</returns>
    public static IReadOnlyList<Reconstruction> Build(Autoencoder model, ImageSet images, Tensor inputs, ImageClassifier? classifier = null)
    {
        using var scope = NewDisposeScope();
        return Describe(images, inputs, Decode(model, inputs), classifier);
    }

    /// <summary>What the model makes of its inputs; on the CPU.</summary>
    internal static Tensor Decode(Autoencoder model, Tensor inputs)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        model.eval();
        return model.call(inputs.to(model.Device)).cpu().MoveToOuterDisposeScope();
    }

    internal static IReadOnlyList<Reconstruction> Describe(ImageSet images, Tensor inputs, Tensor decoded, ImageClassifier? classifier = null)
    {
        using var scope = NewDisposeScope();
        var originals = images.Batch(0, images.Count);
        var (originalBytes, inputBytes, decodedBytes) = (PictureBytes.Of(originals), PictureBytes.Of(inputs), PictureBytes.Of(decoded));
        var inputPsnr = ImageQuality.PeakSignalToNoiseRatio(originals, inputs).data<double>().ToArray();
        var decodedPsnr = ImageQuality.PeakSignalToNoiseRatio(originals, decoded).data<double>().ToArray();
        var judged = classifier?.Predict(decoded).data<long>().ToArray();
        return [.. BalancedSample.ClassesOf(images).Select((name, i) => new Reconstruction(
            name, originalBytes[i], inputBytes[i], decodedBytes[i], inputPsnr[i], decodedPsnr[i], judged is null ? null : images.ClassNames[(int)judged[i]]))];
    }
}
