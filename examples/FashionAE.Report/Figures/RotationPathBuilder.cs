using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Report.Figures;

/// <summary>Follows the code of an image while the image turns.</summary>
public static class RotationPathBuilder
{
    private const int Rotations = 9;

    /// <summary>Encodes and decodes each image, and nine rotations of it by random angles in [-180, 180).</summary>
    /// <param name="model">A model of 2-D codes; it is put in evaluation mode.</param>
    /// <param name="images">The images.</param>
    /// <param name="seed">The seed of the angles, of which each image has its own.</param>
    /// <returns>One path an image.</returns>
    public static IReadOnlyList<RotationPath> Build(Autoencoder model, ImageSet images, long seed = 1)
    {
        using var _ = no_grad();
        using var generator = new Generator((ulong)seed);
        model.eval();
        var device = model.Device;
        return [.. BalancedSample.ClassesOf(images).Select((name, i) =>
        {
            using var scope = NewDisposeScope();
            var angles = cat([zeros(1), rand([Rotations], generator: generator) * 360 - 180]).sort().Values;
            var rotated = RandomRotation.Rotate(images.Batch(i, 1).expand(images.Shape.Batch(angles.shape[0])), angles);
            var codes = model.Encode(rotated.to(device));
            var (values, pictures, decoded) = (PictureBytes.Values(codes), PictureBytes.Of(rotated), PictureBytes.Of(model.Decode(codes)));
            return new RotationPath(name, [.. PictureBytes.Values(angles).Select((degrees, k) =>
                new RotationStep(degrees, values[2 * k], values[2 * k + 1], pictures[k], decoded[k]))]);
        })];
    }
}
