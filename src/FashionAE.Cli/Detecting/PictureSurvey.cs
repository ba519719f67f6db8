using System.Drawing;

namespace FashionAE.Cli;

/// <summary>Looks at all normal pictures before a training: which can be read, and what size and channels suit them.</summary>
internal static class PictureSurvey
{
    public const int FewestPictures = 20;

    private const int Side = 64;
    private const int LeastSide = 8;

    /// <summary>Completes settings: 64x64 color, but the pictures' own size where all are smaller, and gray where all are gray.</summary>
    /// <returns>The settings, and how many pictures can be read.</returns>
    /// <exception cref="InvalidDataException">There are too few pictures to learn from.</exception>
    public static (DetectSettings Settings, int Pictures) Complete(
        DetectSettings settings, ImageFiles files, string folder, Action done, CancellationToken cancellation)
    {
        var seen = settings.PixelsOf(new ImageShape(3, Side, Side));
        var (pictures, isGray, areSmall, largest) = (0, true, settings.Size is null, System.Drawing.Size.Empty);
        foreach (var row in files.Read(0, files.Names.Count, seen, done, cancellation))
        {
            pictures++;
            isGray = isGray && IsGray(row.Pixels);
            // Only as long as it matters: a size takes a decoding of its own.
            if (areSmall)
                largest = new(Math.Max(largest.Width, row.Image.Width), Math.Max(largest.Height, row.Image.Height));
            areSmall = areSmall && largest is { Width: <= Side, Height: <= Side };
        }
        if (pictures < FewestPictures)
            throw new InvalidDataException(
                $"{folder} has {pictures} pictures that can be read, too few to learn from: give {FewestPictures} normal ones or more"
                + ", best some hundred.");
        return (settings with
        {
            Size = settings.Size ?? (areSmall
                ? new Size(Math.Max(LeastSide, largest.Width), Math.Max(LeastSide, largest.Height))
                : new Size(Side, Side)),
            Channels = settings.Channels ?? (isGray ? 1 : 3),
        }, pictures);
    }

    /// <summary>Whether red, green and blue are the same everywhere.</summary>
    private static bool IsGray(ReadOnlySpan<float> pixels)
    {
        var plane = pixels.Length / 3;
        var red = pixels[..plane];
        return red.SequenceEqual(pixels[plane..(2 * plane)]) && red.SequenceEqual(pixels[(2 * plane)..]);
    }
}
