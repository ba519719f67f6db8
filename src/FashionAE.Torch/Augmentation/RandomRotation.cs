using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Rotates every image about its center by its own random angle, like torchvision's RandomRotation. Pixels from outside the image are 0.
/// </summary>
/// <param name="Degrees">The largest angle in degrees, 0 or more. Angles are uniform in [-Degrees, Degrees], counterclockwise.</param>
/// <param name="Interpolation">The interpolation between pixels.</param>
public sealed record RandomRotation(double Degrees = 180, Interpolation Interpolation = Interpolation.Nearest) : IAugmentation
{
    /// <summary>Gets the largest angle in degrees. Angles are uniform in [-Degrees, Degrees], counterclockwise.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, infinite or NaN.</exception>
    public double Degrees { get; } = Degrees >= 0 && double.IsFinite(Degrees)
        ? Degrees
        : throw new ArgumentOutOfRangeException(nameof(Degrees), Degrees, "The largest angle must be 0 degrees or more.");

    /// <summary>Gets the interpolation between pixels.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a defined value.</exception>
    public Interpolation Interpolation { get; } = Enum.IsDefined(Interpolation)
        ? Interpolation
        : throw new ArgumentOutOfRangeException(nameof(Interpolation), Interpolation, "The interpolation must be a defined value.");

    /// <summary>Rotates each image by the specified angle.</summary>
    /// <param name="images">The images, float32 [N, C, H, W].</param>
    /// <param name="degrees">The angles in degrees, counterclockwise, float32 [N], on the device of the images.</param>
    /// <param name="interpolation">The interpolation between pixels.</param>
    /// <returns>The rotated images, float32 [N, C, H, W].</returns>
    /// <exception cref="ArgumentException">The images are not [N, C, H, W], or the angles are not [N].</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="interpolation"/> is not a defined value.</exception>
    public static Tensor Rotate(Tensor images, Tensor degrees, Interpolation interpolation = Interpolation.Nearest)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(degrees);
        if (images.ndim != 4 || degrees.ndim != 1 || images.shape[0] != degrees.shape[0])
            throw new ArgumentException(
                $"Images [{string.Join(", ", images.shape)}] need one angle each, not [{string.Join(", ", degrees.shape)}].",
                nameof(degrees));
        if (!Enum.IsDefined(interpolation))
            throw new ArgumentOutOfRangeException(nameof(interpolation), interpolation, "The interpolation must be a defined value.");

        // libtorch cannot create a grid for zero images.
        if (images.shape[0] == 0)
            return images.clone();

        using var scope = NewDisposeScope();
        var (height, width) = ((double)images.shape[2], (double)images.shape[3]);
        var radians = degrees.Times(Math.PI / 180);
        var (sine, cosine, zero) = (radians.sin(), radians.cos(), zeros_like(radians));
        // The grid contains the source position of each pixel. Its coordinates are from -1 to 1 along both axes, so the unit of height and
        // the unit of width differ unless the image is square.
        var theta = stack([cosine, sine.Times(-height / width), zero, sine.Times(width / height), cosine, zero], 1).reshape(-1, 2, 3);
        var grid = nn.functional.affine_grid(theta, images.shape, align_corners: false);
        var mode = interpolation == Interpolation.Nearest ? GridSampleMode.Nearest : GridSampleMode.Bilinear;
        return nn.functional.grid_sample(images, grid, mode, GridSamplePaddingMode.Zeros, align_corners: false).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Apply(Tensor images, Generator generator) => ApplyToPart(images, generator, 0, 1);

    /// <inheritdoc/>
    public Tensor ApplyToPart(Tensor images, Generator generator, int first, int step)
    {
        ArgumentNullException.ThrowIfNull(images);
        var part = BatchPart.Checked(first, step);
        using var degrees = rand([images.shape[0]], device: images.device, generator: generator).Times_(2 * Degrees).Minus_(Degrees);
        return Rotate(part.Of(images), part.Of(degrees), Interpolation);
    }
}

/// <summary>Specifies how values between pixels are interpolated.</summary>
public enum Interpolation
{
    /// <summary>The value of the nearest pixel.</summary>
    Nearest,

    /// <summary>The mean of the four surrounding pixels. A nearer pixel has more weight.</summary>
    Bilinear,
}
