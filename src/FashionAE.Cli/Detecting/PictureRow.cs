namespace FashionAE.Cli;

/// <summary>A row with the path of a picture.</summary>
internal sealed class PictureRow
{
    /// <summary>Gets the absolute path of the file.</summary>
    public string ImagePath { get; init; } = "";
}
