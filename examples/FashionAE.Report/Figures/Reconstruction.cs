namespace FashionAE.Report.Figures;

/// <summary>One image, what the model was shown of it, and what it made of that.</summary>
/// <param name="ClassName">The class of the image.</param>
/// <param name="Original">The image, a byte a pixel, row by row.</param>
/// <param name="Input">What the model saw, such as the image turned or with noise.</param>
/// <param name="Decoded">What it made of it.</param>
/// <param name="InputPsnr">The peak signal-to-noise ratio of the input against the original, in decibels; infinite where they are equal.</param>
/// <param name="DecodedPsnr">The same of what was decoded.</param>
/// <param name="JudgedClass">The class that the classifier sees in what was decoded; null where none judges.</param>
public sealed record Reconstruction(
    string ClassName, byte[] Original, byte[] Input, byte[] Decoded, double InputPsnr, double DecodedPsnr, string? JudgedClass)
{
    /// <summary>Gets a value indicating whether it was decoded into another class.</summary>
    public bool IsWrong => JudgedClass is not null && JudgedClass != ClassName;
}
