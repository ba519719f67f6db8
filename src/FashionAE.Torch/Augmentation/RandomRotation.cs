using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Turns every image by an angle of its own, about its center, as torchvision's RandomRotation does; what comes in from outside is 0.
/// </summary>
/// <param name="Degrees">The largest angle in degrees, 0 or more; angles are uniform in [-Degrees, Degrees], counter-clockwise.</param>
/// <param name="Interpolation">How values between pixels are found.</param>
public sealed record RandomRotation(double Degrees = 180, Interpolation Interpolation = Interpolation.Nearest) : IAugmentation
{
    /// <summary>Gets the largest angle in degrees; angles are uniform in [-Degrees, Degrees], counter-clockwise.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or no number.</exception>
    public double Degrees { get; } = Degrees >= 0 && double.IsFinite(Degrees)
        ? Degrees
        : throw new ArgumentOutOfRangeException(nameof(Degrees), Degrees, "The largest angle must be 0 degrees or more.");

    /// <summary>Gets how values between pixels are found.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of those that there are.</exception>
    public Interpolation Interpolation { get; } = Enum.IsDefined(Interpolation)
        ? Interpolation
        : throw new ArgumentOutOfRangeException(nameof(Interpolation), Interpolation, "There is no such interpolation.");

    /// <summary>Turns each image by the angle given for it.</summary>
    /// <param name="images">The images, float32 [N, C, H, W].</param>
    /// <param name="degrees">The angles, float32 [N], in degrees counter-clockwise; on the device of the images.</param>
    /// <param name="interpolation">How values between pixels are found.</param>
    /// <returns>The rotated images, float32 [N, C, H, W].</returns>
    /// <exception cref="ArgumentException">There are not as many angles as images.</exception>
    public static Tensor Rotate(Tensor images, Tensor degrees, Interpolation interpolation = Interpolation.Nearest)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(degrees);
        if (images.ndim != 4 || degrees.ndim != 1 || images.shape[0] != degrees.shape[0])
            throw new ArgumentException(
                $"Images [{string.Join(", ", images.shape)}] need one angle each, not [{string.Join(", ", degrees.shape)}].",
                nameof(degrees));

        // libtorch makes no grid for no images.
        if (images.shape[0] == 0)
            return images.clone();

        using var scope = NewDisposeScope();
        var (height, width) = ((double)images.shape[2], (double)images.shape[3]);
        var radians = degrees.Times(Math.PI / 180);
        var (sine, cosine, zero) = (radians.sin(), radians.cos(), zeros_like(radians));
        // The grid says where each pixel comes from, in coordinates from -1 to 1 that are stretched where an image is not square.
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
        using var degrees = rand([images.shape[0]], device: images.device, generator: generator).Times_(2 * Degrees).Minus_(Degrees);
        var part = new BatchPart(first, step);
        return Rotate(part.Of(images), part.Of(degrees), Interpolation);
    }
}

/// <summary>How a value between pixels is found.</summary>
public enum Interpolation
{
    /// <summary>The value of the nearest pixel.</summary>
    Nearest,

    /// <summary>The mean of the four pixels around, weighted by how near they are.</summary>
    Bilinear,
}
