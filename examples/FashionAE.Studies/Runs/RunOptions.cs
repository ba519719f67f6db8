namespace FashionAE.Studies.Runs;

/// <summary>What a run was trained with; options.json.</summary>
public sealed record RunOptions
{
    public required string Study { get; init; }

    /// <summary>Gets "study" or "tuned"; files of version 0.1.0 name none, and hold the study's.</summary>
    public string Recipe { get; init; } = Studies.Study.StudyRecipe;

    /// <summary>Gets "upright" or "rotated" in the rotation study.</summary>
    public string? Inputs { get; init; }

    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    public required double LearningRate { get; init; }

    /// <summary>Gets the rotated copies beside every original.</summary>
    public int? Copies { get; init; }

    /// <summary>Gets the largest angle in degrees.</summary>
    public double? Degrees { get; init; }

    /// <summary>Gets the standard deviation of the noise.</summary>
    public double? Noise { get; init; }

    /// <summary>Gets after how many epochs without a lower validation loss training ends; null to train all epochs.</summary>
    public int? Patience { get; init; }

    public int Seed { get; init; } = 1;
}
