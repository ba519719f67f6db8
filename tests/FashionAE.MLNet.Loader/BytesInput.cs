namespace FashionAE.MLNet.Loader;

internal sealed class BytesInput
{
    public byte[] Png { get; set; } = [];
}
