namespace FashionAE.MLNet.Tests.Support;

/// <summary>A row that holds a file.</summary>
public sealed class BytesRow
{
    public byte[] Png { get; set; } = [];
}
