namespace FashionAE.MLNet.Tests.Support;

/// <summary>A custom score: the distance of the mean brightness from that of the training data.</summary>
public sealed record MiddleBrightnessScore : AnomalyScore
{
    public double Factor { get; init; } = 1;

    public override IReadOnlyDictionary<string, float[]> Learn(LearningImages images)
    {
        var sum = 0.0;
        foreach (var batch in images.Training)
            foreach (var value in batch.Images)
                sum += value;
        return new Dictionary<string, float[]> { ["mean"] = [(float)(sum / images.TrainingCount / images.Shape.Size)] };
    }

    public override void Compute(ReconstructedImages images, IReadOnlyDictionary<string, float[]> learned, Span<double> scores)
    {
        for (var i = 0; i < images.Count; i++)
        {
            var sum = 0.0;
            foreach (var value in images.Images.Slice(i * images.Shape.Size, images.Shape.Size))
                sum += value;
            scores[i] = Factor * Math.Abs(sum / images.Shape.Size - learned["mean"][0]);
        }
    }
}
