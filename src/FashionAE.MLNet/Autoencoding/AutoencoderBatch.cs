using System.Runtime.InteropServices;
using FashionAE.MLNet.DataViews;
using FashionAE.Torch.Metrics;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Autoencoding;

/// <summary>
/// Runs the autoencoder on a batch of rows. Each stage (latent, reconstruction, a score) is computed once a batch, when the first getter
/// asks for it, and needs those before it alone.
/// </summary>
internal sealed class AutoencoderBatch : RowBatch
{
    private readonly AutoencoderTransformer _transformer;
    private readonly AutoencoderOutput[] _outputs;
    private readonly DataViewSchema.Column _inputColumn;
    private readonly DataViewSchema.Column? _targetColumn;
    private readonly int _imageSize;
    private readonly float[] _inputs;
    private readonly float[]? _targets;
    private readonly float[]?[] _values = new float[]?[Enum.GetValues<AutoencoderOutput>().Length];
    private readonly bool[] _isComputed = new bool[Enum.GetValues<AutoencoderOutput>().Length];
    private ValueGetter<VBuffer<float>>? _getInput;
    private ValueGetter<VBuffer<float>>? _getTarget;
    private VBuffer<float> _pixels;
    private int _count;

    public AutoencoderBatch(
        AutoencoderTransformer transformer, AutoencoderOutput[] outputs, int capacity, DataViewSchema.Column input, DataViewSchema.Column? target)
    {
        (_transformer, _outputs, _inputColumn, _targetColumn) = (transformer, outputs, input, target);
        _imageSize = transformer.ImageShape.Size;
        _inputs = new float[capacity * _imageSize];
        _targets = target is null ? null : new float[capacity * _imageSize];
    }

    public override void Bind(DataViewRow input)
    {
        _getInput = input.GetGetter<VBuffer<float>>(_inputColumn);
        _getTarget = _targetColumn is { } target ? input.GetGetter<VBuffer<float>>(target) : null;
    }

    public override void Read(int place)
    {
        Read(_getInput!, _inputs, place);
        if (_getTarget is not null)
            Read(_getTarget, _targets!, place);
    }

    public override void Begin(int count)
    {
        _count = count;
        Array.Clear(_isComputed);
    }

    public override Delegate MakeGetter(int output, RowSlot slot)
    {
        var kind = _outputs[output];
        if (kind >= AutoencoderOutput.Mse)
            return (ValueGetter<float>)((ref float value) =>
            {
                var row = slot.Current;
                value = Values(kind)[row];
            });
        var length = kind == AutoencoderOutput.Latent ? _transformer.LatentSize : _imageSize;
        return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            var row = slot.Current;
            VBuffer<float>.Copy(Values(kind), row * length, ref value, length);
        });
    }

    private void Read(ValueGetter<VBuffer<float>> getter, float[] images, int place)
    {
        getter(ref _pixels);
        if (_pixels.Length != _imageSize)
            throw new InvalidOperationException($"A row has {_pixels.Length} values in column '{_inputColumn.Name}', whose type says {_imageSize}.");
        _pixels.CopyTo(images.AsSpan(place * _imageSize, _imageSize));
    }

    private float[] Values(AutoencoderOutput kind)
    {
        if (!_isComputed[(int)kind])
        {
            // Each stage computes those before it first, outside of the lock that it takes itself.
            if (kind == AutoencoderOutput.Reconstruction)
                Values(AutoencoderOutput.Latent);
            else if (kind > AutoencoderOutput.Reconstruction)
                Values(AutoencoderOutput.Reconstruction);
            lock (AutoencoderTransformer.OnePassAtATime)
            {
                ObjectDisposedException.ThrowIf(_transformer.IsDisposed, _transformer);
                Compute(kind);
            }
            _isComputed[(int)kind] = true;
        }
        return _values[(int)kind]!;
    }

    private void Compute(AutoencoderOutput kind)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var model = _transformer.Model;
        var device = _transformer.Device;
        var images = _transformer.ImageShape.Batch(_count);
        Tensor Target() => ToTensor(_targets ?? _inputs, images);
        Tensor Reconstruction() => ToTensor(_values[(int)AutoencoderOutput.Reconstruction]!, images);
        var result = kind switch
        {
            AutoencoderOutput.Latent => model.Encode(ToTensor(_inputs, images).to(device)),
            AutoencoderOutput.Reconstruction => model.Decode(ToTensor(_values[(int)AutoencoderOutput.Latent]!, [_count, _transformer.LatentSize]).to(device)),
            AutoencoderOutput.Mse => ReconstructionMetrics.MeanSquaredError(Target(), Reconstruction()),
            AutoencoderOutput.Psnr => ReconstructionMetrics.PeakSignalToNoiseRatio(Target(), Reconstruction()),
            _ => ReconstructionMetrics.StructuralSimilarity(Target(), Reconstruction()),
        };
        Store(result.to(ScalarType.Float32).cpu().contiguous(), ref _values[(int)kind]);
    }

    private static Tensor ToTensor(float[] values, long[] shape)
    {
        var tensor = empty(shape);
        var bytes = tensor.bytes;
        MemoryMarshal.AsBytes<float>(values)[..bytes.Length].CopyTo(bytes);
        return tensor;
    }

    private static void Store(Tensor tensor, ref float[]? values)
    {
        var source = MemoryMarshal.Cast<byte, float>(tensor.bytes);
        if (values is null || values.Length < source.Length)
            values = new float[source.Length];
        source.CopyTo(values);
    }
}
