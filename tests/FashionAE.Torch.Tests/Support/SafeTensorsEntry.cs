namespace FashionAE.Torch.Tests.Support;

/// <summary>A tensor in a file.</summary>
internal sealed record SafeTensorsEntry(string DataType, long[] Shape, byte[] Bytes);
