namespace FashionAE.MLNet;

/// <summary>Makes the detector of an autoencoder that has been trained.</summary>
/// <param name="reading">What runs the trained autoencoder.</param>
/// <param name="training">What it was trained on.</param>
/// <param name="heldOut">What was held out.</param>
internal sealed class DetectorLearning(ExampleReading reading, TrainingExamples training, TrainingExamples heldOut)
{
    /// <summary>Cuts the rows for a detector's threshold from those that it learns from.</summary>
    /// <exception cref="InvalidOperationException">There are too few rows.</exception>
    public static (TrainingExamples Remaining, TrainingExamples HeldOut) HoldOut(
        TrainingExamples examples, AutoencoderAnomalyTrainer.Options options, int seed)
    {
        try
        {
            // Another one than that of the trainer's own validation set: the same would find the same rows again, which are gone.
            return examples.Split(options.HeldOutFraction, (int)MurmurHash.Seed(seed, examples.Count));
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or InvalidOperationException)
        {
            throw new InvalidOperationException(
                $"HeldOutFraction is {options.HeldOutFraction}, which of {examples.Count} rows holds none out, or leaves fewer than two to"
                + " learn from: change it, or set a ValidationSet.",
                e);
        }
    }

    /// <summary>Refuses fewer held-out rows than a rule needs.</summary>
    /// <exception cref="InvalidOperationException">There are too few rows.</exception>
    public static void CheckRows(AnomalyThreshold rule, long heldOut)
    {
        if (heldOut < rule.FewestRows)
            throw new InvalidOperationException(
                $"The rule of the threshold needs {rule.FewestRows} rows or more that are held out of the training; there are"
                + $" {heldOut}: raise HeldOutFraction, set a ValidationSet, or use HeldOutQuantile, which does with fewer.");
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

        // The batches of a pass are one object, and so is what is computed for them.
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
                $"{score.GetType().Name} gives a row that was held out a score that is infinite or NaN.");
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
