namespace EncodeImageFiles;

/// <summary>A row of the input: a file's name.</summary>
internal sealed class ImageFile
{
    public string ImagePath { get; set; } = "";
}
