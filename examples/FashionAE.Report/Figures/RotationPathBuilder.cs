using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Report.Figures;

/// <summary>Follows the code of an image while the image turns.</summary>
public static class RotationPathBuilder
{
    /// <summary>Gets the angles in degrees, evenly over the full circle: the image itself and nine rotations.</summary>
    public static IReadOnlyList<float> Angles { get; } = [-144, -108, -72, -36, 0, 36, 72, 108, 144, 180];

    /// <summary>Encodes and decodes the rotations of each image.</summary>
    /// <param name="model">A model of 2-D codes; it is put in evaluation mode.</param>
    /// <param name="images">The images.</param>
    /// <returns>One path an image.</returns>
    public static IReadOnlyList<RotationPath> Build(Autoencoder model, ImageSet images)
    {
        using var _ = no_grad();
        model.eval();
        var device = model.parameters().First().device;
        return [.. BalancedSample.ClassesOf(images).Select((name, i) =>
        {
            using var scope = NewDisposeScope();
            var rotated = RandomRotation.Rotate(images.Batch(i, 1).expand(images.Shape.Batch(Angles.Count)), tensor(Angles.ToArray()));
            var codes = model.Encode(rotated.to(device));
            var (values, pictures, decoded) = (PictureBytes.Values(codes), PictureBytes.Of(rotated), PictureBytes.Of(model.Decode(codes)));
            return new RotationPath(name, [.. Angles.Select((degrees, k) =>
                new RotationStep(degrees, values[2 * k], values[2 * k + 1], pictures[k], decoded[k]))]);
        })];
    }
}
