namespace EncodeFromDatabase;

/// <summary>A row with the path of a picture.</summary>
internal sealed class PictureFile
{
    public string ImagePath { get; set; } = "";
}
