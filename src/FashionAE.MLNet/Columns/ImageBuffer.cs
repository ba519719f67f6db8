using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>The images, or vectors, that one column has in the rows of a batch.</summary>
/// <param name="column">The column.</param>
/// <param name="capacity">The most rows of a batch.</param>
/// <param name="log">Gets a warning of values outside of [0, 1].</param>
/// <param name="margin">How far outside of that range they may be.</param>
internal sealed class ImageBuffer(ImageColumn column, int capacity, StepLog log, float margin = StepLog.Rounding)
{
    // Values of a batch, a gibibyte of them.
    public const int Largest = 1 << 28;

    // Values of a batch of vectors unless somebody wants more, 64 megabytes. A network reads its weights once a batch: of 100,000 slots, 41
    // rows took twice as long a row as these 167, and 512 about as long.
    private const int LargestOfVectors = 1 << 24;

    private readonly bool[] _areFinite = new bool[capacity];
    private readonly DataViewRowId[] _ids = new DataViewRowId[capacity];
    // A fresh array's pages are new to the system: they took longer than all else that reading 10,000 rows does.
    private float[] _values = ArrayPool<float>.Shared.Rent(capacity * column.Shape.Size);
    private DataViewRow? _input;
    private ValueGetter<VBuffer<float>>? _get;
    private ValueGetter<DataViewRowId>? _getId;
    private VBuffer<float> _image;

    public InputShape Shape => column.Shape;

    /// <summary>
    /// Gets the buffer's own memory: the images of the batch one after the other, valid until the next row is read. It may be longer.
    /// </summary>
    public float[] Values => _values;

    /// <summary>Gets a value indicating whether a vector may have values that are NaN, if not all of them are.</summary>
    public bool MasksMissing { get; init; }

    /// <summary>Gets a value indicating whether the ids of the rows are kept.</summary>
    public bool KeepsIds { get; init; }

    /// <summary>How many images make a batch: as many as are wanted, or fewer large ones.</summary>
    public static int BatchSize(int wanted, InputShape shape) =>
        shape.IsVector ? (int)Math.Clamp(LargestOfVectors / Math.Max(1, shape.Size), 1, wanted) : BatchSize(wanted, shape.Size);

    /// <inheritdoc cref="BatchSize(int, InputShape)"/>
    public static int BatchSize(int wanted, long imageSize) => (int)Math.Clamp(Largest / Math.Max(1, imageSize), 1, wanted);

    /// <summary>Gives the memory back; there are no images from then on.</summary>
    public void Release()
    {
        ArrayPool<float>.Shared.Return(_values);
        _values = [];
    }

    public void Bind(DataViewRow input) =>
        (_input, _get, _getId) = (input, input.GetGetter<VBuffer<float>>(column.Column), KeepsIds ? input.GetIdGetter() : null);

    public void Read(int place)
    {
        _get!(ref _image);
        column.CheckLength(_image.Length);
        var values = _values.AsSpan(place * Shape.Size, Shape.Size);
        _image.CopyTo(values);
        // Now, while they are in the processor's cache.
        _areFinite[place] = Shape.IsVector
            ? FiniteValues.IndexOfOther(values, MasksMissing) < 0 && !FiniteValues.AreMissing(values)
            : log.CheckRange(values, margin, column.Name, _input!);
        if (Shape.IsVector && !_areFinite[place])
            log.WarnOfMissing(column.Column, values, _input!);
        _getId?.Invoke(ref _ids[place]);
    }

    /// <summary>
    /// Whether all values of a row are finite, or all that must be; if not, it is missing to ML.NET, and so is all that is made of it.
    /// </summary>
    public bool IsFinite(int place) => _areFinite[place];

    /// <summary>The id of the row of an image, where ids are kept.</summary>
    public DataViewRowId IdOf(int place) => _ids[place];

    /// <summary>Copies the first images into a tensor, float32 [count, C, H, W], or [count, L] of vectors.</summary>
    public Tensor ToTensor(int count) => ToTensor(_values, Shape.Batch(count));

    /// <summary>The first images as a tensor over the buffer's own memory, valid until the next row is read.</summary>
    public Tensor AsTensor(int count) => AsTensor(_values, Shape.Batch(count));

    /// <summary>The first values of an array as a tensor over its own memory, as many as the shape has.</summary>
    public static Tensor AsTensor(float[] values, long[] shape) =>
        frombuffer(values, ScalarType.Float32, shape.Aggregate(1L, (count, size) => count * size)).reshape(shape);

    /// <summary>Copies the first values of an array into a tensor, as many as its shape has.</summary>
    public static Tensor ToTensor(float[] values, params long[] shape)
    {
        var tensor = empty(shape);
        var bytes = tensor.bytes;
        MemoryMarshal.AsBytes<float>(values)[..bytes.Length].CopyTo(bytes);
        return tensor;
    }

    /// <summary>Copies a tensor of numbers to the beginning of an array.</summary>
    public static void CopyTo(Tensor tensor, float[] values)
    {
        using var scope = NewDisposeScope();
        MemoryMarshal.Cast<byte, float>(tensor.to(ScalarType.Float32).cpu().contiguous().bytes).CopyTo(values);
    }
}
