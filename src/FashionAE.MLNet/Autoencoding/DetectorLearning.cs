namespace FashionAE.MLNet;

/// <summary>Creates the detector of a trained autoencoder.</summary>
/// <param name="reading">Runs the trained autoencoder.</param>
/// <param name="training">The examples that scores learn from: those of the training, or the rows of <c>WithReferencesOf</c>.</param>
/// <param name="heldOut">The examples that were held out for the threshold.</param>
internal sealed class DetectorLearning(ExampleReading reading, TrainingExamples training, TrainingExamples heldOut)
{
    /// <summary>Splits rows into those that the detector learns from and those that are held out for its threshold.</summary>
    /// <exception cref="InvalidOperationException">There are too few rows.</exception>
    public static (TrainingExamples Remaining, TrainingExamples HeldOut) HoldOut(
        TrainingExamples examples, AutoencoderAnomalyTrainer.Options options, int seed)
    {
        try
        {
            // The trainer holds out its validation set with the unchanged seed. With the same seed here, streamed rows would be split by
            // the same hashes, and the trainer would find few rows to hold out or none.
            return examples.Split(options.HeldOutFraction, (int)MurmurHash.Seed(seed, examples.Count));
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InvalidOperationException(
                $"HeldOutFraction is {options.HeldOutFraction}: of {examples.Count} rows, it holds out none or leaves fewer than two"
                + " to learn from. Change it, or set ValidationSet.",
                e);
        }
    }

    /// <summary>Throws an exception if fewer rows are held out than the threshold rule requires.</summary>
    /// <exception cref="InvalidOperationException">There are too few rows.</exception>
    public static void CheckRows(AnomalyThreshold rule, long heldOut)
    {
        if (heldOut < rule.FewestRows)
            throw new InvalidOperationException(
                $"The threshold rule needs at least {rule.FewestRows} rows that are held out of the training, but there are"
                + $" {heldOut}: raise HeldOutFraction, set ValidationSet, or use HeldOutQuantile, which accepts fewer rows.");
    }

    public Detector Learn(AutoencoderAnomalyTrainer.Options options, int seed)
    {
        var model = reading.Model;
        var score = options.ScoreFor(model.InputShape);
        score.Check(model.InputShape);
        var images = new LearningImages(() => reading.Read(training), () => reading.Read(heldOut))
        {
            Shape = model.InputShape,
            LatentSize = model.LatentSize,
            TrainingCount = training.Count,
            HeldOutCount = heldOut.Count,
            Seed = seed,
        };
        var learned = score.Learn(images);
        if (learned.FirstOrDefault(array => !Array.TrueForAll(array.Value, float.IsFinite)).Key is { } name)
            throw new InvalidOperationException($"{score.GetType().Name} learned values in '{name}' that are infinite or NaN.");
        var detector = new Detector(score, options.Smoothing, PixelThreshold: 0)
        {
            Learned = learned,
            MapWeights = options.IsErrorMapWeighted ? WeightedErrorScore.LearnWeights(images, new WeightedErrorScore().Floor) : null,
        };

        // All batches of a pass are the same object, and one DetectorBatch serves them all.
        IEnumerable<(DetectorBatch Detected, int Count)> Judge()
        {
            DetectorBatch? detected = null;
            foreach (var batch in reading.Read(heldOut))
            {
                detected ??= new DetectorBatch(detector, batch, _ => false);
                detected.Begin(batch.Count);
                yield return (detected, batch.Count);
            }
        }

        var scores = new List<double>();
        foreach (var (detected, count) in Judge())
            scores.AddRange(detected.Scores.All().Take(count).Select(score => (double)score));
        if (scores.Exists(score => !double.IsFinite(score)))
            throw new InvalidOperationException(
                $"{score.GetType().Name} computed a score that is infinite or NaN for a held-out row.");
        var sorted = scores.Order().ToArray();
        var normal = sorted[..Math.Max(1, (int)Math.Round(sorted.Length * (1 - options.Threshold.AnomalousShare)))];

        var judged = detector with { Distribution = ScoreDistribution.Of(normal), HeldOutScores = sorted };
        // A vector has no error map.
        if (model.InputShape.IsVector)
            return judged;
        var errors = new PixelErrors();
        var (row, length) = (0, model.InputShape.Height * model.InputShape.Width);
        foreach (var (detected, count) in Judge())
            for (var i = 0; i < count; i++, row++)
                if (scores[row] <= normal[^1])
                    errors.Add(detected.Maps.All().AsSpan(i * length, length));
        return judged with { PixelThreshold = errors.Above(options.PixelFalseAlarms) };
    }
}
