using System.Drawing;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>
/// Defines the color scale of <see cref="DrawingColors.Heat"/>, and the range of an error map on it. The colors are those of D. A. Green,
/// "A colour scheme for the display of astronomical intensity images", Bull. Astr. Soc. India 39 (2011), 289, equation 2.
/// </summary>
internal static class HeatScale
{
    // With these parameters the colors stay within [0, 1], and the middle of the scale is red.
    private const double Start = 0.4;
    private const double Rotations = 0.35;
    private const double Hue = 2;

    private static readonly Color[] Colors = [.. Enumerable.Range(0, 256).Select(level => Compute(level / 255.0))];

    /// <summary>Gets the color of a magnitude, rounded to one of 256 colors.</summary>
    /// <param name="magnitude">The magnitude. It is clamped to [0, 1].</param>
    public static Color ColorOf(float magnitude) => Colors[ToLevel(magnitude)];

    /// <summary>Gets the nearest of 256 levels.</summary>
    /// <param name="value">The value. It is clamped to [0, 1].</param>
    /// <exception cref="InvalidOperationException">The value is NaN.</exception>
    public static byte ToLevel(float value) => float.IsNaN(value)
        ? throw new InvalidOperationException("A pixel is NaN, so the image cannot be drawn.")
        : (byte)MathF.Round(255 * Math.Clamp(value, 0, 1));

    /// <summary>Gets the mean over the channels of a pixel.</summary>
    /// <param name="planes">The values, one plane after the other.</param>
    /// <param name="plane">The number of values in a plane.</param>
    /// <param name="pixel">The index of the pixel in a plane.</param>
    public static float Mean(float[] planes, int plane, int pixel)
    {
        var sum = 0.0;
        for (var i = pixel; i < planes.Length; i += plane)
            sum += planes[i];
        return (float)(sum / (planes.Length / plane));
    }

    /// <summary>Gets the error above which a detector marks a pixel; null if the column is not a detector's error map.</summary>
    public static float? ThresholdOf(DataViewSchema.Column errorMap)
    {
        var annotation = errorMap.Annotations.Schema.GetColumnOrNull(ColumnAnnotations.PixelThreshold);
        if (annotation?.Type != NumberDataViewType.Single)
            return null;
        var threshold = 0f;
        errorMap.Annotations.GetValue(ColumnAnnotations.PixelThreshold, ref threshold);
        return threshold;
    }

    /// <summary>Gets the error at the end of the scale: twice the threshold, so that the threshold is in the middle.</summary>
    /// <returns>The error, finite and greater than 0; null if the column has no threshold.</returns>
    /// <exception cref="InvalidOperationException">The threshold is 0, negative or not finite.</exception>
    public static float? MaximumOf(DataViewSchema.Column errorMap) => (2 * ThresholdOf(errorMap)) switch
    {
        null => null,
        > 0 and < float.PositiveInfinity and var maximum => maximum,
        _ => throw new InvalidOperationException(
            $"The pixel threshold of column '{errorMap.Name}' is {ThresholdOf(errorMap)}, so there is no color scale: set MaximumValue."),
    };

    /// <summary>Checks a maximum error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is 0, negative or not finite.</exception>
    public static void CheckMaximum(float? maximumValue)
    {
        if (maximumValue is { } value && !(value > 0 && float.IsFinite(value)))
            throw new ArgumentOutOfRangeException(nameof(maximumValue), value, "MaximumValue must be finite and greater than 0.");
    }

    private static Color Compute(double intensity)
    {
        var angle = 2 * Math.PI * (Start / 3 + Rotations * intensity);
        var amplitude = Hue * intensity * (1 - intensity) / 2;
        var (sin, cos) = Math.SinCos(angle);
        int Level(double ofCos, double ofSin) =>
            (int)Math.Round(255 * Math.Clamp(intensity + amplitude * (ofCos * cos + ofSin * sin), 0, 1));
        return Color.FromArgb(Level(-0.14861, 1.78277), Level(-0.29227, -0.90649), Level(1.97294, 0));
    }
}
