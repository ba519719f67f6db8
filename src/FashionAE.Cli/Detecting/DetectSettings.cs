using System.Drawing;
using System.Text.Json.Serialization;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.Cli;

/// <summary>The training settings of a detector. Settings that are null are derived from the pictures.</summary>
internal sealed record DetectSettings
{
    // On the pictures of examples/MakeDamagedParts, the validation loss stops falling after this many steps.
    private const int Steps = 1500;
    private const int FewestEpochs = 20;

    // The largest share of the pictures that is held out of the training.
    private const double MostHeldOut = 1.0 / 3;

    public const int BatchSize = 32;

    /// <summary>The share of the pixels of normal pictures that may be marked.</summary>
    public const double PixelFalseAlarms = 0.001;

    /// <summary>The standard deviation of the smoothing of error maps, in pixels of the detector.</summary>
    public const double Smoothing = 0.5;

    /// <summary>
    /// Gets the anomaly score of a picture: the largest error of a small window, because a scratch is small. Each error is divided by the
    /// usual error of its pixel, because edges cause errors, too, if parts are not always in the same place.
    /// </summary>
    public static AnomalyScore Score { get; } = new LargestLocalErrorScore { Window = 3, IsWeighted = true };

    /// <summary>Gets the size in pixels that pictures are resized to.</summary>
    public Size? Size { get; init; }

    /// <summary>Gets the number of channels: 1 for gray or 3 for color.</summary>
    public int? Channels { get; init; }

    public int? Epochs { get; init; }

    public int LatentSize { get; init; } = 32;

    /// <summary>Gets the share of normal pictures that may exceed the threshold.</summary>
    public double FalseAlarms { get; init; } = 0.01;

    public int Seed { get; init; } = 1;

    public bool Invert { get; init; }

    /// <summary>Gets the color behind transparent pixels, 0xAARRGGBB.</summary>
    public int Background { get; init; } = Color.Black.ToArgb();

    public bool Upright { get; init; } = true;

    public int MaximumPixels { get; init; } = new PixelOptions().MaximumPixels;

    /// <summary>Gets the shape of the input images. Size and channels must be known.</summary>
    [JsonIgnore]
    public ImageShape Shape => new(Channels!.Value, Size!.Value.Height, Size.Value.Width);

    /// <summary>Creates the options to read pictures. A picture of other proportions is stretched, so that all of it is used.</summary>
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

    /// <summary>Computes the number of epochs for a number of pictures.</summary>
    public int EpochsFor(int pictures) => Epochs ?? Math.Max(FewestEpochs, Steps / ((pictures + BatchSize - 1) / BatchSize));

    /// <summary>
    /// Computes the share of pictures to hold out of the training, 0.1 to 1/3. If possible, it is enough for the rate of false alarms.
    /// </summary>
    public double HeldOutFractionOf(int pictures) => Math.Clamp(Math.Ceiling(1 / FalseAlarms) / pictures, 0.1, MostHeldOut);

    /// <summary>Returns a warning with the expected rate of false alarms if there are too few pictures; otherwise null.</summary>
    public string? WarningOf(int pictures)
    {
        var heldOut = (int)(HeldOutFractionOf(pictures) * pictures);
        var needed = Math.Ceiling(1 / FalseAlarms);
        return heldOut + 1 >= needed ? null : $"With {pictures:N0} normal pictures, expect about 1 false alarm in {heldOut + 1:N0} new"
            + $" pictures. For a share of {FalseAlarms:G3}, use {Math.Ceiling(needed / MostHeldOut):N0} or more normal pictures.";
    }

    /// <summary>
    /// Creates the network for this size. If a side is below 16 pixels, the network is dense. Otherwise it has two to six convolutions, and
    /// each halves the sides, until the shorter side has about 8 pixels.
    /// </summary>
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
