using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static Microsoft.ML.Transforms.Image.ImagePixelExtractingEstimator;

namespace Microsoft.ML.Transforms.Image;

/// <summary>How the colours of an image's pixels are laid out in a vector.</summary>
internal sealed class PixelLayout
{
    private readonly ColorsOrder _order;

    /// <exception cref="ArgumentOutOfRangeException">There are no such colours, or no such order.</exception>
    public PixelLayout(ColorBits colors, ColorsOrder order, bool interleaved)
    {
        if (colors == 0 || (colors & ~ColorBits.All) != 0)
            throw Contracts.Invalid("colors", $"The colours are '{colors}': at least one of alpha, red, green and blue is needed.");
        if (!Enum.IsDefined(order))
            throw Contracts.Invalid("order", $"{order} is no order of colours.");
        (Colors, _order, IsInterleaved) = (colors, order, interleaved);
    }

    public ColorBits Colors { get; }

    /// <summary>Whether the colours of a pixel are side by side, rather than the pixels of a colour.</summary>
    public bool IsInterleaved { get; }

    /// <summary>The number of colours.</summary>
    public int Planes => BitOperations.PopCount((uint)Colors);

    public static PixelLayout Load(BinaryReader reader) => new((ColorBits)reader.ReadByte(), (ColorsOrder)reader.ReadByte(), reader.ReadBoolean());

    public void Save(BinaryWriter writer)
    {
        writer.Write((byte)Colors);
        writer.Write((byte)_order);
        writer.Write(IsInterleaved);
    }

    public VectorDataViewType VectorType(PrimitiveDataViewType itemType, ImageDataViewType image) => IsInterleaved
        ? new VectorDataViewType(itemType, image.Height, image.Width, Planes)
        : new VectorDataViewType(itemType, Planes, image.Height, image.Width);

    /// <summary>For each colour in turn, its index in a pixel's four bytes.</summary>
    public int[] ByteIndices(MLPixelFormat format) => _order.ToString()
        .Select(letter => letter switch { 'A' => ColorBits.Alpha, 'R' => ColorBits.Red, 'G' => ColorBits.Green, _ => ColorBits.Blue })
        .Where(color => Colors.HasFlag(color)).Select(color => ColorPlanes.IndexOf(color, format)).ToArray();

    /// <summary>The index in the vector of a pixel's colour is the pixel times the first plus the colour times the second.</summary>
    public (int PerPixel, int PerPlane) Strides(int pixels) => IsInterleaved ? (Planes, 1) : (1, pixels);
}
