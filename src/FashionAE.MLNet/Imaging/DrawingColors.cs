namespace FashionAE.MLNet;

/// <summary>Specifies the colors in which <c>DrawImages</c> draws values.</summary>
public enum DrawingColors
{
    /// <summary>The channels are colors: one channel is gray, three channels are red, green and blue.</summary>
    Channels,

    /// <summary>
    /// A color scale for magnitudes, such as squared errors: black, purple, red, orange, white. The value of a pixel is the mean over its
    /// channels. The lightness increases evenly, so the scale also works for color-blind readers and in grayscale print. It is cubehelix
    /// (Green 2011, Bull. Astr. Soc. India 39, 289) with start 0.4, rotations 0.35, hue 2 and gamma 1.
    /// </summary>
    Heat,
}
