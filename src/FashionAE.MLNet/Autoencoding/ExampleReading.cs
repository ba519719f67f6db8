using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>Runs an autoencoder on examples of its training, when that has ended.</summary>
/// <param name="model">The trained autoencoder.</param>
/// <param name="engine">What computes it.</param>
/// <param name="options">How it was trained.</param>
internal sealed class ExampleReading(TrainedModel model, INetworkEngine engine, AutoencoderOptions options)
{
    private const int LargestBatch = 1 << 24;

    public TrainedModel Model => model;

    /// <summary>Reads examples in order, batch by batch, each in the place of the one before.</summary>
    /// <exception cref="OperationCanceledException">The options' token ended it.</exception>
    public IEnumerable<ReconstructedImages> Read(TrainingExamples examples)
    {
        var shape = model.InputShape;
        // As many as are scored together, and no more than take some 64 megabytes: training has used its memory already.
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

    /// <summary>Draws the rows with which a drift monitor will compare new ones.</summary>
    /// <param name="detector">What their score is; null for the mean squared error.</param>
    /// <param name="examples">The examples.</param>
    /// <param name="seed">The seed of the training.</param>
    /// <param name="isUnseen">Whether the network was not fitted to them.</param>
    public DriftReference DrawReference(Detector? detector, TrainingExamples examples, int seed, bool isUnseen)
    {
        // A part of many is enough, so that not all go through the network. Another seed than those that cut the examples before.
        var split = examples.Count > 2 * DriftReference.MostRows
            ? examples.Split((double)DriftReference.MostRows / examples.Count, (int)MurmurHash.Seed(seed, long.MaxValue))
            : default;
        using var rest = split.Remaining;
        using var part = split.HeldOut;
        return DriftReference.Draw(Scored(detector, part ?? examples), seed, isUnseen);
    }

    private IEnumerable<(ReadOnlyMemory<float> Code, float Score)> Scored(Detector? detector, TrainingExamples examples)
    {
        // One without settings has nothing learned, and the score that is wanted.
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
