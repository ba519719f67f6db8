using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>
/// Runs an autoencoder on a batch of rows. Each stage (latent, reconstruction, a score) is computed once a batch, when the first getter
/// asks for it, and needs those before it alone.
/// </summary>
internal sealed class AutoencoderBatch : ImageBatch
{
    // Values of a batch, a gibibyte of them.
    private const int Largest = 1 << 28;

    private readonly AutoencoderStep _step;
    private readonly ImageBuffer _inputs;

    /// <summary>Scores compare with the targets; with the inputs where those are null.</summary>
    public AutoencoderBatch(AutoencoderStep step, ImageBuffer inputs, ImageBuffer? targets)
        : base(targets is null ? [inputs] : [inputs, targets])
    {
        (_step, _inputs) = (step, inputs);
        var shape = inputs.Shape;
        // A network that changes its input in place must not change what its reconstruction is compared with.
        Func<int, Tensor> read = step.Columns.HasScores ? inputs.ToTensor : inputs.AsTensor;
        Latent = new Stage(this, step.Shared.Model.LatentSize, net => net.Encode(read(Count).to(DeviceOf(net))));
        // Latent vectors go there and back: a batch keeps nothing native between two getters.
        Reconstruction = new Stage(
            this, shape.Size, net => net.Decode(ImageBuffer.ToTensor(Latent.Values(), Count, net.LatentSize).to(DeviceOf(net))));
        Scores = new BatchScores(
            shape.Size,
            () => ((targets ?? inputs).AsTensor(Count), ImageBuffer.AsTensor(Reconstruction.Values(), shape.Batch(Count))), IsMissing);
    }

    public Stage Latent { get; }

    public Stage Reconstruction { get; }

    public BatchScores Scores { get; }

    public float? Threshold => _step.Threshold;

    /// <summary>How many rows go through a network at once unless somebody says.</summary>
    public static int BestSize(AutoencoderArchitecture architecture) =>
        Math.Clamp(Largest / architecture.ImageShape.Size, 1, architecture.BestBatchSize);

    /// <summary>Refuses batches that take more memory than a program will want to give.</summary>
    public static void CheckSize(int? scoringBatchSize, ImageShape shape)
    {
        if (scoringBatchSize * (long)shape.Size > Largest)
            throw new ArgumentOutOfRangeException(
                nameof(scoringBatchSize), scoringBatchSize,
                $"ScoringBatchSize is {scoringBatchSize}: batches of so many images of {shape} take more than a gibibyte; "
                + $"{Largest / shape.Size} is the most.");
    }

    public override void Begin(int count)
    {
        base.Begin(count);
        Latent.Begin();
        Reconstruction.Begin();
        Scores.Begin(count);
    }

    public override Delegate MakeGetter(int output, RowSlot slot) => _step.Columns.Outputs[output].Kind.MakeGetter(this, slot);

    private static Device DeviceOf(Autoencoder model) => model.parameters().First().device;

    /// <summary>What a part of the network gives: a vector of one length for each row, all computed together.</summary>
    public sealed class Stage(AutoencoderBatch batch, int length, Func<Autoencoder, Tensor> compute)
    {
        private float[]? _values;
        private bool _isComputed;

        public void Begin() => _isComputed = false;

        public ValueGetter<VBuffer<float>> MakeGetter(RowSlot slot) => (ref VBuffer<float> value) =>
        {
            var row = slot.ReadCurrent();
            VBuffer<float>.Copy(Values(), row * length, ref value, length);
        };

        /// <summary>The vectors of all rows, one after the other.</summary>
        public float[] Values()
        {
            if (!_isComputed)
            {
                batch._step.Shared.Use(net => TorchPass.Run(batch.Count, () => ImageBuffer.CopyTo(compute(net), ref _values)));
                BatchScores.MarkMissing(_values!, batch.Count, length, row => !batch._inputs.IsFinite(row));
                _isComputed = true;
            }
            return _values!;
        }
    }
}
