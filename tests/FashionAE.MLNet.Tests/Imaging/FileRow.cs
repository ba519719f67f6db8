
namespace FashionAE.MLNet.Tests.Imaging;

/// <summary>A row that names a file.</summary>
public sealed class FileRow
{
    public string ImagePath { get; set; } = "";
}
