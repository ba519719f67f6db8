namespace FashionAE.MLNet.Tests.Support;

/// <summary>A row with the bytes of a file.</summary>
public sealed class BytesRow
{
    public byte[] Png { get; set; } = [];
}
