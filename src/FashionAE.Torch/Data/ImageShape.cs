namespace FashionAE.Torch.Data;

/// <summary>The shape of one image: [C, H, W] in PyTorch's order.</summary>
/// <param name="Channels">The number of channels C: 1 for grey, 3 for colour.</param>
/// <param name="Height">The number of rows H, in pixels.</param>
/// <param name="Width">The number of columns W, in pixels.</param>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>Gets the number of values of an image, C x H x W.</summary>
    public int Size => Channels * Height * Width;

    /// <summary>Gets a value indicating whether there is at least one channel, row and column.</summary>
    internal bool IsPositive => this is { Channels: > 0, Height: > 0, Width: > 0, Size: > 0 };

    /// <summary>Gets the shape [N, C, H, W] of a batch of images.</summary>
    /// <param name="count">The number of images N.</param>
    /// <returns>The four lengths.</returns>
    public long[] Batch(long count) => [count, Channels, Height, Width];

    /// <summary>Writes the shape as "1x28x28".</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Channels}x{Height}x{Width}";
}
