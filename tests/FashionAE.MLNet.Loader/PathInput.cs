namespace FashionAE.MLNet.Loader;

internal sealed class PathInput
{
    public string ImagePath { get; set; } = "";
}
