using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>Runs a trained autoencoder on examples, such as those of its training.</summary>
/// <param name="model">The trained autoencoder.</param>
/// <param name="engine">The engine that computes the outputs.</param>
/// <param name="options">The options of the training.</param>
internal sealed class ExampleReading(TrainedModel model, INetworkEngine engine, AutoencoderOptions options)
{
    private const int LargestBatch = 1 << 24;

    public TrainedModel Model => model;

    /// <summary>Reads examples in order, batch by batch. Each batch replaces the previous one.</summary>
    /// <exception cref="OperationCanceledException">The cancellation token of the options was canceled.</exception>
    public IEnumerable<ReconstructedImages> Read(TrainingExamples examples)
    {
        var shape = model.InputShape;
        // The batch size for scoring, but at most some 64 MiB, because the training examples already use memory.
        var size = Math.Clamp(LargestBatch / shape.Size, 1, options.ScoringBatchSize ?? AutoencoderBatch.BestSize(model.Architecture));
        var inputs = new float[size * shape.Size];
        var targets = inputs;
        var count = 0;
        var latent = new BatchValues(model.LatentSize, codes => engine.Encode(inputs, codes, count), _ => false);
        var reconstructions = new BatchValues(shape.Size, decoded => engine.Decode(latent.All(), decoded, count), _ => false);
        var compared = new ComparedValues(shape.Size, model.Space, () => targets, reconstructions.All);
        var images = new ReconstructedImages(shape, model.LatentSize, latent.All, compared);
        using var batches = examples.InOrder(size, CPU).GetEnumerator();
        while (true)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            using (NewDisposeScope())
            {
                if (!batches.MoveNext())
                    yield break;
                ImageBuffer.CopyTo(batches.Current.Input, inputs);
                if (!ReferenceEquals(batches.Current.Target, batches.Current.Input))
                {
                    targets = targets == inputs ? new float[inputs.Length] : targets;
                    ImageBuffer.CopyTo(batches.Current.Target, targets);
                }
                count = (int)batches.Current.Input.shape[0];
            }
            latent.Begin(count);
            reconstructions.Begin(count);
            compared.Begin(count);
            images.Begin(count);
            yield return images;
        }
    }

    /// <summary>Draws the reference rows for drift monitors.</summary>
    /// <param name="detector">The detector that computes the scores; null for the mean squared error.</param>
    /// <param name="examples">The examples.</param>
    /// <param name="seed">The seed of the training.</param>
    /// <param name="isUnseen">Whether the network was not trained on the examples.</param>
    public DriftReference DrawReference(Detector? detector, TrainingExamples examples, int seed, bool isUnseen)
    {
        // If there are many examples, a part of them is enough, and the rest need not be scored. The seed differs from the seeds of the
        // other splits.
        var split = examples.Count > 2 * DriftReference.MostRows
            ? examples.Split((double)DriftReference.MostRows / examples.Count, (int)MurmurHash.Seed(seed, long.MaxValue))
            : default;
        using var rest = split.Remaining;
        using var part = split.HeldOut;
        return DriftReference.Draw(Scored(detector, part ?? examples), seed, isUnseen);
    }

    private IEnumerable<(ReadOnlyMemory<float> Code, float Score)> Scored(Detector? detector, TrainingExamples examples)
    {
        // The detector of an old file computes the mean squared error and has learned nothing.
        var scored = detector ?? Detector.OfOldFile;
        foreach (var batch in Read(examples))
        {
            var scores = new double[batch.Count];
            scored.Score.ComputeInSlices(batch, scored.Learned, scores);
            var codes = batch.Latent.ToArray();
            for (var row = 0; row < scores.Length; row++)
                yield return (codes.AsMemory(row * model.LatentSize, model.LatentSize), (float)scores[row]);
        }
    }
}
