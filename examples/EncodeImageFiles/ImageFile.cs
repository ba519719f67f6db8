namespace EncodeImageFiles;

/// <summary>A row of the input: the name of a file.</summary>
internal sealed class ImageFile
{
    public string ImagePath { get; set; } = "";
}
