using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Report.Figures;

/// <summary>Computes code clouds.</summary>
public static class CodeCloudBuilder
{
    /// <summary>Encodes and decodes all images of a set, batch by batch.</summary>
    /// <param name="model">A model of 2-D codes; it is put in evaluation mode.</param>
    /// <param name="images">The images.</param>
    /// <param name="pictures">Of how many codes the pictures are kept: a random sample with as many of each class as there can be.</param>
    /// <param name="seed">The seed of that sample.</param>
    /// <returns>The cloud.</returns>
    public static CodeCloud Build(Autoencoder model, ImageSet images, int pictures = 1500, long seed = 1)
    {
        if (images.Count == 0)
            throw new ArgumentException("There are no images to encode: the data set is empty.", nameof(images));
        var (x, y, errors) = (new float[images.Count], new float[images.Count], new float[images.Count]);
        var sample = BalancedSample.Of(images, pictures, seed).Order().ToArray();
        var kept = new List<CodePictures>(sample.Length);

        using var _ = no_grad();
        model.eval();
        var device = model.Device;
        for (var start = 0; start < images.Count; start += TorchPass.UsualBatchSize)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(TorchPass.UsualBatchSize, images.Count - start);
            var originals = images.Batch(start, count).to(device);
            var codes = model.Encode(originals);
            var decoded = model.Decode(codes);
            var values = PictureBytes.Values(codes);
            var meanSquares = ImageQuality.MeanSquaredError(originals, decoded).cpu().data<double>().ToArray();
            for (var i = 0; i < count; i++)
                (x[start + i], y[start + i], errors[start + i]) = (values[2 * i], values[2 * i + 1], (float)meanSquares[i]);

            var looked = sample.Where(i => i >= start && i < start + count).ToArray();
            if (looked.Length == 0)
                continue;
            var rows = tensor(Array.ConvertAll(looked, i => (long)(i - start))).to(device);
            kept.AddRange(looked.Zip(PictureBytes.Of(originals.index_select(0, rows)), PictureBytes.Of(decoded.index_select(0, rows)))
                .Select(picture => new CodePictures(picture.First, picture.Second, picture.Third)));
        }
        if (!x.All(float.IsFinite) || !y.All(float.IsFinite))
            throw new InvalidDataException("Codes of the model are infinite or no numbers: its training diverged. Train it anew with a lower learning rate.");
        return new CodeCloud(images.ClassNames, x, y, BalancedSample.Labels(images), errors, kept);
    }
}
