namespace FashionAE.Torch;

/// <summary>
/// All that decides about the weights except the number of epochs, by name: a training that goes on from a checkpoint has the same as the
/// one that wrote it, and all ranks of a training have the same.
/// </summary>
internal static class TrainingFingerprint
{
    /// <summary>The name of the seed.</summary>
    public const string SeedName = nameof(TrainingOptions.Seed);

    public static Dictionary<string, string> Of(TrainingOptions options, int seed, Autoencoder model, TrainingExamples train)
    {
        // What earlier versions did not know is left out where it is as they had it.
        static string UnlessZero(double value) => value == 0 ? "" : $"{value:R}";
        // What is planned to the end is another plan where there are more epochs.
        var plan = options.Schedule?.IsPlannedToTheEnd == true ? $" over {options.Epochs} epochs" : "";
        return new Dictionary<string, string>
        {
            [nameof(options.BatchSize)] = $"{options.BatchSize}",
            [nameof(options.LearningRate)] = $"{options.LearningRate:R}",
            [nameof(options.Optimizer)] = $"{options.Optimizer}",
            [nameof(options.WeightDecay)] = $"{options.WeightDecay:R}",
            [nameof(options.Loss)] = $"{options.Loss}",
            [nameof(options.SimilarityWeight)] = UnlessZero(options.SimilarityWeight),
            [nameof(options.GradientClipNorm)] = $"{options.GradientClipNorm:R}",
            [nameof(options.Schedule)] = $"{options.Schedule}{plan}",
            [nameof(options.WarmUpEpochs)] = UnlessZero(options.WarmUpEpochs),
            [nameof(options.AveragingDecay)] = $"{options.AveragingDecay:R}",
            [nameof(options.ValidationSetFraction)] = $"{options.ValidationSetFraction:R}",
            [nameof(options.Augmentation)] = $"{options.Augmentation}",
            [nameof(options.AugmentedCopies)] = $"{options.AugmentedCopies}",
            [SeedName] = $"{seed}",
            ["Architecture"] = AutoencoderFile.Describe(model.Architecture),
            ["Data"] = train.Description,
        };
    }
}
