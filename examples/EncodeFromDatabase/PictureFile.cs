namespace EncodeFromDatabase;

/// <summary>A file.</summary>
internal sealed class PictureFile
{
    public string ImagePath { get; set; } = "";
}
