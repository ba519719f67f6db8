using FashionAE.Report.Page;
using FashionAE.Torch;

namespace FashionAE.Report.Drawing;

/// <summary>Images of the data set as pictures.</summary>
internal static class Pictures
{
    public static int Width => FashionMnist.Shape.Width;

    public static int Height => FashionMnist.Shape.Height;

    public static Picture Gray(byte[] pixels, string? label = null, bool isMarked = false) => new(Width, Height, pixels, label, isMarked);

    /// <summary>Values as colors of a heat map.</summary>
    public static Picture Heat(IReadOnlyList<float> values, double maximum, string? label = null) =>
        new(Width, Height, [.. values.SelectMany(value => HeatColors.Of(value / maximum))], label);
}
