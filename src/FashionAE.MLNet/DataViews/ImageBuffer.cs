using System.Runtime.InteropServices;
using FashionAE.Torch.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace FashionAE.MLNet.DataViews;

/// <summary>The images that one column has in the rows of a batch.</summary>
internal sealed class ImageBuffer(DataViewSchema.Column column, ImageShape shape, int capacity)
{
    private readonly float[] _values = new float[capacity * shape.Size];
    private ValueGetter<VBuffer<float>>? _get;
    private VBuffer<float> _image;

    public void Bind(DataViewRow input) => _get = input.GetGetter<VBuffer<float>>(column);

    public void Read(int place)
    {
        _get!(ref _image);
        if (_image.Length != shape.Size)
            throw new InvalidOperationException($"A row has {_image.Length} values in column '{column.Name}'; images of {shape} have {shape.Size}.");
        _image.CopyTo(this[place]);
    }

    public Span<float> this[int place] => _values.AsSpan(place * shape.Size, shape.Size);

    /// <summary>Copies the first images into a tensor, float32 [count, C, H, W].</summary>
    public Tensor ToTensor(int count) => ToTensor(_values, shape.Batch(count));

    /// <summary>Copies the first values of an array into a tensor, as many as its shape has.</summary>
    public static Tensor ToTensor(float[] values, params long[] shape)
    {
        var tensor = empty(shape);
        var bytes = tensor.bytes;
        MemoryMarshal.AsBytes<float>(values)[..bytes.Length].CopyTo(bytes);
        return tensor;
    }

    /// <summary>Copies a tensor of numbers into an array, a longer one where it does not fit.</summary>
    public static void CopyTo(Tensor tensor, ref float[]? values)
    {
        using var scope = NewDisposeScope();
        var source = MemoryMarshal.Cast<byte, float>(tensor.to(ScalarType.Float32).cpu().contiguous().bytes);
        if (values is null || values.Length < source.Length)
            values = new float[source.Length];
        source.CopyTo(values);
    }
}
