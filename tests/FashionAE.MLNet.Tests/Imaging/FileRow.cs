
namespace FashionAE.MLNet.Tests.Imaging;

/// <summary>A row with the path of a file.</summary>
public sealed class FileRow
{
    public string ImagePath { get; set; } = "";
}
