namespace FashionAE.Torch.Tests.Support;

/// <summary>A tensor as it stands in a file.</summary>
internal sealed record SafeTensorsEntry(string DataType, long[] Shape, byte[] Bytes);
