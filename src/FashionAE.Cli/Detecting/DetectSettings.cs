using System.Drawing;
using System.Text.Json.Serialization;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.Cli;

/// <summary>How a detector of a folder's pictures is trained; what is null is chosen by the pictures.</summary>
internal sealed record DetectSettings
{
    // As many steps as the made parts needed until their validation loss no longer fell.
    private const int Steps = 1500;
    private const int FewestEpochs = 20;

    // The most that training does without.
    private const double MostHeldOut = 1.0 / 3;

    public const int BatchSize = 32;

    /// <summary>The share of the pixels of normal pictures that is marked.</summary>
    public const double PixelFalseAlarms = 0.001;

    /// <summary>The standard deviation that errors are smoothed by, in pixels of the detector.</summary>
    public const double Smoothing = 0.5;

    /// <summary>Gets how pictures are scored: a scratch is small, and hidden by the edges of a part that does not lie still.</summary>
    public static AnomalyScore Score { get; } = new LargestLocalErrorScore { Window = 3, IsWeighted = true };

    /// <summary>Gets the size of the pixels that the detector sees.</summary>
    public Size? Size { get; init; }

    /// <summary>Gets the number of channels: 1 for gray or 3 for color.</summary>
    public int? Channels { get; init; }

    public int? Epochs { get; init; }

    public int LatentSize { get; init; } = 32;

    /// <summary>Gets the share of normal pictures that may be called anomalies.</summary>
    public double FalseAlarms { get; init; } = 0.01;

    public int Seed { get; init; } = 1;

    public bool Invert { get; init; }

    /// <summary>Gets the color behind transparent pixels, 0xAARRGGBB.</summary>
    public int Background { get; init; } = Color.Black.ToArgb();

    public bool Upright { get; init; } = true;

    public int MaximumPixels { get; init; } = new PixelOptions().MaximumPixels;

    /// <summary>Gets the shape of the pixels, where size and channels are known.</summary>
    [JsonIgnore]
    public ImageShape Shape => new(Channels!.Value, Size!.Value.Height, Size.Value.Width);

    /// <summary>How pictures become pixels of a shape. All of a picture is seen, so a picture of other proportions is distorted.</summary>
    public PixelOptions PixelsOf(ImageShape shape) => new()
    {
        Shape = shape,
        Resizing = ImageResizingEstimator.ResizingKind.Fill,
        Invert = Invert,
        Background = Color.FromArgb(Background),
        Upright = Upright,
        MaximumPixels = MaximumPixels,
        SkipUnreadable = true,
    };

    /// <summary>How many epochs make enough steps of so many pictures.</summary>
    public int EpochsFor(int pictures) => Epochs ?? Math.Max(FewestEpochs, Steps / ((pictures + BatchSize - 1) / BatchSize));

    /// <summary>The share of so many pictures that is held out of the training: as many as the rate of false alarms needs.</summary>
    public double HeldOutFractionOf(int pictures) => Math.Clamp(Math.Ceiling(1 / FalseAlarms) / pictures, 0.1, MostHeldOut);

    /// <summary>Says how many false alarms to expect where pictures are too few for the share that is set; else null.</summary>
    public string? WarningOf(int pictures)
    {
        var heldOut = (int)(HeldOutFractionOf(pictures) * pictures);
        var needed = Math.Ceiling(1 / FalseAlarms);
        return heldOut + 1 >= needed ? null : $"With {pictures:N0} normal pictures, expect about 1 false alarm in {heldOut + 1:N0}"
            + $" others; for a share of {FalseAlarms:G3} give {Math.Ceiling(needed / MostHeldOut):N0} or more.";
    }

    /// <summary>The network for pictures of this size: each of its convolutions halves them, down to about 8x8.</summary>
    public AutoencoderArchitecture Network()
    {
        var shorter = Math.Min(Shape.Height, Shape.Width);
        if (shorter < 16)
            return new DenseArchitecture(Shape, LatentSize) { HiddenSizes = [256], Dropout = [] };
        var halvings = Math.Clamp((int)Math.Round(Math.Log2(shorter / 8.0)), 2, 6);
        var channels = Enumerable.Range(0, halvings).Select(i => Math.Min(128, 32 << i));
        return new ConvolutionalArchitecture(Shape, LatentSize) { Channels = [.. channels] };
    }
}
