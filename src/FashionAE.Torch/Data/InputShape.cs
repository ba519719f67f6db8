namespace FashionAE.Torch;

/// <summary>The shape of one input of an autoencoder: the shape of an image, or the length of a vector.</summary>
public readonly record struct InputShape
{
    // A vector is stored as an image with one row.
    private readonly ImageShape _shape;

    private InputShape(ImageShape shape, bool isVector) => (_shape, IsVector) = (shape, isVector);

    /// <summary>Gets a value indicating whether inputs are vectors, such as the rows of a table, instead of images.</summary>
    public bool IsVector { get; }

    /// <summary>Gets the shape of the images; null if inputs are vectors.</summary>
    public ImageShape? Image => IsVector ? null : _shape;

    /// <summary>Gets the number of values in an input: C x H x W, or the length of the vector.</summary>
    public int Size => _shape.Size;

    /// <summary>Gets a description of the inputs for messages: "images of 1x28x28" or "vectors of 20 values".</summary>
    internal string Description => IsVector ? $"vectors of {Size} values" : $"images of {_shape}";

    /// <summary>Gets the word for one input, for messages.</summary>
    internal string Noun => IsVector ? "vector" : "image";

    internal static InputShape VectorOfUnknownLength => new(new ImageShape(1, 1, 0), isVector: true);

    internal int Channels => _shape.Channels;

    internal int Height => _shape.Height;

    internal int Width => _shape.Width;

    /// <summary>Gets a value indicating whether there is at least one value.</summary>
    internal bool IsPositive => _shape.IsPositive;

    internal ImageShape RequireImages() => Image ?? throw new InvalidOperationException($"The inputs are {Description}, not images.");

    /// <summary>Converts an image shape to the shape of an input.</summary>
    /// <param name="shape">The shape of the images.</param>
    public static implicit operator InputShape(ImageShape shape) => FromImageShape(shape);

    /// <summary>Converts an image shape to the shape of an input.</summary>
    /// <param name="shape">The shape of the images.</param>
    /// <returns>The shape of an input.</returns>
    public static InputShape FromImageShape(ImageShape shape) => new(shape, isVector: false);

    /// <summary>Creates the shape of vectors.</summary>
    /// <param name="length">The number of values in a vector, 1 or more.</param>
    /// <returns>The shape.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is less than 1.</exception>
    public static InputShape Vector(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        return new(new ImageShape(1, 1, length), isVector: true);
    }

    /// <summary>Returns the shape of a batch of inputs: [N, C, H, W] for images, [N, L] for vectors.</summary>
    /// <param name="count">The number of inputs N.</param>
    /// <returns>The lengths of the dimensions.</returns>
    public long[] Batch(long count) => IsVector ? [count, Size] : _shape.Batch(count);

    /// <summary>Formats the shape, for example as "1x28x28" for images or "20" for vectors.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => IsVector ? $"{Size}" : $"{_shape}";
}
