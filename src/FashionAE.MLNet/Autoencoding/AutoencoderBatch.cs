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
    private readonly ImageBuffer _inputs;
    private readonly ImageBuffer? _targets;
    private readonly float[]?[] _values = new float[]?[Enum.GetValues<AutoencoderOutput>().Length];
    private readonly bool[] _isComputed = new bool[Enum.GetValues<AutoencoderOutput>().Length];
    private int _count;

    public AutoencoderBatch(
        AutoencoderTransformer transformer, AutoencoderOutput[] outputs, int capacity, DataViewSchema.Column input, DataViewSchema.Column? target)
    {
        (_transformer, _outputs) = (transformer, outputs);
        _inputs = new ImageBuffer(input, transformer.ImageShape, capacity);
        _targets = target is { } column ? new ImageBuffer(column, transformer.ImageShape, capacity) : null;
    }

    public override void Bind(DataViewRow input)
    {
        _inputs.Bind(input);
        _targets?.Bind(input);
    }

    public override void Read(int place)
    {
        _inputs.Read(place);
        _targets?.Read(place);
    }

    public override void Begin(int count)
    {
        _count = count;
        Array.Clear(_isComputed);
    }

    public override Delegate MakeGetter(int output, RowSlot slot)
    {
        var kind = _outputs[output];
        if (kind == AutoencoderOutput.Anomaly)
            return (ValueGetter<bool>)((ref bool value) =>
            {
                var row = slot.Current;
                value = Values(AutoencoderOutput.Mse)[row] > _transformer.Threshold;
            });
        if (kind >= AutoencoderOutput.Mse)
            return (ValueGetter<float>)((ref float value) =>
            {
                var row = slot.Current;
                value = Values(kind)[row];
            });
        var length = kind == AutoencoderOutput.Latent ? _transformer.LatentSize : _transformer.ImageShape.Size;
        return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            var row = slot.Current;
            VBuffer<float>.Copy(Values(kind), row * length, ref value, length);
        });
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
            lock (OnePassAtATime.Gate)
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
        Tensor Target() => (_targets ?? _inputs).ToTensor(_count);
        Tensor Reconstruction() => ImageBuffer.ToTensor(_values[(int)AutoencoderOutput.Reconstruction]!, images);
        Tensor Latent() => ImageBuffer.ToTensor(_values[(int)AutoencoderOutput.Latent]!, _count, _transformer.LatentSize);
        var result = kind switch
        {
            AutoencoderOutput.Latent => model.Encode(_inputs.ToTensor(_count).to(device)),
            AutoencoderOutput.Reconstruction => model.Decode(Latent().to(device)),
            AutoencoderOutput.Mse => ReconstructionMetrics.MeanSquaredError(Target(), Reconstruction()),
            AutoencoderOutput.Psnr => ReconstructionMetrics.PeakSignalToNoiseRatio(Target(), Reconstruction()),
            _ => ReconstructionMetrics.StructuralSimilarity(Target(), Reconstruction()),
        };
        ImageBuffer.CopyTo(result, ref _values[(int)kind]);
    }
}
