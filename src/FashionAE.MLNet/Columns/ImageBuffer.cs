using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>Holds the images, or other vectors, of one column for the rows of a batch.</summary>
/// <param name="column">The column.</param>
/// <param name="capacity">The maximum number of rows in a batch.</param>
/// <param name="log">The log for warnings about image values outside [0, 1] and about missing vectors.</param>
/// <param name="margin">The accepted distance of image values from [0, 1].</param>
internal sealed class ImageBuffer(ImageColumn column, int capacity, StepLog log, float margin = StepLog.Rounding)
{
    // The maximum number of values in a batch: 1 GiB.
    public const int Largest = 1 << 28;

    // The maximum number of values in a batch of vectors, unless the user sets a batch size: 64 MiB. A network reads its weights once per
    // batch. With 100,000 slots, batches of 41 rows took twice as long per row as batches of 167 rows; 512 rows were no faster.
    private const int LargestOfVectors = 1 << 24;

    private readonly bool[] _areFinite = new bool[capacity];
    private readonly DataViewRowId[] _ids = new DataViewRowId[capacity];
    // The array is rented, because the system has to map the pages of a new array. For 10,000 rows, this took longer than the rest of
    // the reading.
    private float[] _values = ArrayPool<float>.Shared.Rent(capacity * column.Shape.Size);
    private DataViewRow? _input;
    private ValueGetter<VBuffer<float>>? _get;
    private ValueGetter<DataViewRowId>? _getId;
    private VBuffer<float> _image;

    public InputShape Shape => column.Shape;

    /// <summary>
    /// Gets the buffer's own memory: the images of the batch one after the other, valid until the next row is read. The array may be
    /// longer.
    /// </summary>
    public float[] Values => _values;

    /// <summary>Gets a value indicating whether a vector may contain NaN. A vector of only NaN is missing in any case.</summary>
    public bool MasksMissing { get; init; }

    /// <summary>Gets a value indicating whether the row ids are stored.</summary>
    public bool KeepsIds { get; init; }

    /// <summary>The number of images in a batch: the wanted number, or less if the images are large.</summary>
    public static int BatchSize(int wanted, InputShape shape) =>
        shape.IsVector ? (int)Math.Clamp(LargestOfVectors / Math.Max(1, shape.Size), 1, wanted) : BatchSize(wanted, shape.Size);

    /// <inheritdoc cref="BatchSize(int, InputShape)"/>
    public static int BatchSize(int wanted, long imageSize) => (int)Math.Clamp(Largest / Math.Max(1, imageSize), 1, wanted);

    /// <summary>Returns the memory to the pool. The buffer has no images afterwards.</summary>
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
        // Check now, while the values are in the processor's cache.
        _areFinite[place] = Shape.IsVector
            ? FiniteValues.IndexOfOther(values, MasksMissing) < 0 && !FiniteValues.AreMissing(values)
            : log.CheckRange(values, margin, column.Name, _input!);
        if (Shape.IsVector && !_areFinite[place])
            log.WarnOfMissing(column.Column, values, MasksMissing, _input!);
        _getId?.Invoke(ref _ids[place]);
    }

    /// <summary>
    /// Returns whether a row is valid: each value is finite, or NaN if <see cref="MasksMissing"/> is true, and a vector has at least one
    /// finite value. Otherwise the row is missing, and its results are NaN.
    /// </summary>
    public bool IsFinite(int place) => _areFinite[place];

    /// <summary>The id of an image's row, if ids are stored.</summary>
    public DataViewRowId IdOf(int place) => _ids[place];

    /// <summary>Copies the first images into a tensor, float32 [count, C, H, W], or [count, L] for vectors.</summary>
    public Tensor ToTensor(int count) => ToTensor(_values, Shape.Batch(count));

    /// <summary>Creates a tensor of the first images over the buffer's own memory. It is valid until the next row is read.</summary>
    public Tensor AsTensor(int count) => AsTensor(_values, Shape.Batch(count));

    /// <summary>Creates a tensor that shares the memory of an array's first values.</summary>
    public static Tensor AsTensor(float[] values, long[] shape) =>
        frombuffer(values, ScalarType.Float32, shape.Aggregate(1L, (count, size) => count * size)).reshape(shape);

    /// <summary>Copies the first values of an array into a new tensor.</summary>
    public static Tensor ToTensor(float[] values, params long[] shape)
    {
        var tensor = empty(shape);
        var bytes = tensor.bytes;
        MemoryMarshal.AsBytes<float>(values)[..bytes.Length].CopyTo(bytes);
        return tensor;
    }

    /// <summary>Copies the values of a tensor to the beginning of an array.</summary>
    public static void CopyTo(Tensor tensor, float[] values)
    {
        using var scope = NewDisposeScope();
        MemoryMarshal.Cast<byte, float>(tensor.to(ScalarType.Float32).cpu().contiguous().bytes).CopyTo(values);
    }
}
