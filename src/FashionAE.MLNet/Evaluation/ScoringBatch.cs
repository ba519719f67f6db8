using FashionAE.MLNet.DataViews;
using FashionAE.Torch.Metrics;
using Microsoft.ML;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Evaluation;

/// <summary>Scores a batch of rows, each metric when it is first asked for.</summary>
internal sealed class ScoringBatch(ReconstructionMetric[] metrics, ImageBuffer targets, ImageBuffer reconstructions) : RowBatch
{
    private readonly float[]?[] _scores = new float[]?[metrics.Length];
    private readonly bool[] _isComputed = new bool[metrics.Length];
    private int _count;

    public override void Bind(DataViewRow input)
    {
        targets.Bind(input);
        reconstructions.Bind(input);
    }

    public override void Read(int place)
    {
        targets.Read(place);
        reconstructions.Read(place);
    }

    public override void Begin(int count)
    {
        _count = count;
        Array.Clear(_isComputed);
    }

    public override Delegate MakeGetter(int output, RowSlot slot) => (ValueGetter<float>)((ref float value) =>
    {
        var row = slot.Current;
        if (!_isComputed[output])
            Compute(output);
        value = _scores[output]![row];
    });

    private void Compute(int output)
    {
        lock (OnePassAtATime.Gate)
        {
            using var scope = NewDisposeScope();
            var (target, reconstruction) = (targets.ToTensor(_count), reconstructions.ToTensor(_count));
            ImageBuffer.CopyTo(
                metrics[output] switch
                {
                    ReconstructionMetric.MeanSquaredError => ReconstructionMetrics.MeanSquaredError(target, reconstruction),
                    ReconstructionMetric.PeakSignalToNoiseRatio => ReconstructionMetrics.PeakSignalToNoiseRatio(target, reconstruction),
                    _ => ReconstructionMetrics.StructuralSimilarity(target, reconstruction),
                },
                ref _scores[output]);
        }
        _isComputed[output] = true;
    }
}
