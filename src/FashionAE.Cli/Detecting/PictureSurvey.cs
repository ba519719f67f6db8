using System.Drawing;

namespace FashionAE.Cli;

/// <summary>Reads all normal pictures before a training, to count them and to choose size and channels.</summary>
internal static class PictureSurvey
{
    public const int FewestPictures = 20;

    private const int Side = 64;
    private const int LeastSide = 8;

    /// <summary>
    /// Sets the size and the channels if they are null. The size is 64x64, or the largest width and height if no side is longer than 64.
    /// The pictures are read as gray if all of them are gray, otherwise as color.
    /// </summary>
    /// <returns>The settings and the number of readable pictures.</returns>
    /// <exception cref="InvalidDataException">There are fewer than <see cref="FewestPictures"/> readable pictures.</exception>
    public static (DetectSettings Settings, int Pictures) Complete(
        DetectSettings settings, ImageFiles files, string folder, Action done, CancellationToken cancellation)
    {
        var seen = settings.PixelsOf(new ImageShape(3, Side, Side));
        var (pictures, isGray, areSmall, largest) = (0, true, settings.Size is null, System.Drawing.Size.Empty);
        foreach (var row in files.Read(0, files.Names.Count, seen, done, cancellation))
        {
            pictures++;
            isGray = isGray && IsGray(row.Pixels);
            // Stop at the first larger picture, because reading the size decodes the picture again.
            if (areSmall)
                largest = new(Math.Max(largest.Width, row.Image.Width), Math.Max(largest.Height, row.Image.Height));
            areSmall = areSmall && largest is { Width: <= Side, Height: <= Side };
        }
        if (pictures < FewestPictures)
            throw new InvalidDataException(
                $"{folder} has {pictures} readable pictures, too few for training: use {FewestPictures} normal pictures or more"
                + ", preferably some hundred.");
        return (settings with
        {
            Size = settings.Size ?? (areSmall
                ? new Size(Math.Max(LeastSide, largest.Width), Math.Max(LeastSide, largest.Height))
                : new Size(Side, Side)),
            Channels = settings.Channels ?? (isGray ? 1 : 3),
        }, pictures);
    }

    /// <summary>Returns whether red, green and blue are equal in every pixel.</summary>
    private static bool IsGray(ReadOnlySpan<float> pixels)
    {
        var plane = pixels.Length / 3;
        var red = pixels[..plane];
        return red.SequenceEqual(pixels[plane..(2 * plane)]) && red.SequenceEqual(pixels[(2 * plane)..]);
    }
}
