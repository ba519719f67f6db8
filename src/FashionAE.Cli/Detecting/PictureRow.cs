namespace FashionAE.Cli;

/// <summary>A picture's file as a row.</summary>
internal sealed class PictureRow
{
    /// <summary>Gets the absolute path.</summary>
    public string ImagePath { get; init; } = "";
}
