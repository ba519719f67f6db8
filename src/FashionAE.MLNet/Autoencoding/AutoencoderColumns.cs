namespace FashionAE.MLNet.Autoencoding;

/// <summary>Which columns an autoencoder reads and adds.</summary>
/// <param name="Input">The column of images that it sees.</param>
/// <param name="Target">The column of images that reconstructions are compared with; null for the input.</param>
/// <param name="Outputs">What it adds, under which names, in the order of the columns.</param>
internal sealed record AutoencoderColumns(string Input, string? Target, IReadOnlyList<(AutoencoderOutput Kind, string Name)> Outputs)
{
    /// <summary>Whether what is added are the score and the verdict of an anomaly detector.</summary>
    public bool IsDetector => Outputs.Any(o => o.Kind == AutoencoderOutput.Anomaly);

    /// <summary>What the input is called in exceptions: ML.NET has features in trainers, and inputs elsewhere.</summary>
    public string InputRole => IsDetector ? "feature" : "input";

    public bool HasScores => Outputs.Any(o => o.Kind >= AutoencoderOutput.Mse);

    /// <summary>The column that scores compare with, where it is another one than the input.</summary>
    public string? ScoreTarget => HasScores && Target != Input ? Target : null;

    /// <exception cref="ArgumentException">Nothing is added, or two columns have one name.</exception>
    public static AutoencoderColumns Of(AutoencoderOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.InputColumnName, nameof(options.InputColumnName));
        var outputs = new (AutoencoderOutput Kind, string? Name)[]
        {
            (AutoencoderOutput.Latent, options.LatentColumnName),
            (AutoencoderOutput.Reconstruction, options.ReconstructionColumnName),
            (AutoencoderOutput.Mse, options.MseColumnName),
            (AutoencoderOutput.Psnr, options.PsnrColumnName),
            (AutoencoderOutput.Ssim, options.SsimColumnName),
        }.Where(o => o.Name is not null).Select(o => (o.Kind, o.Name!)).ToArray();
        if (outputs.Length == 0)
            throw new ArgumentException("No output column is named: set LatentColumnName, ReconstructionColumnName or one of the scores' names.", nameof(options));
        if (outputs.GroupBy(o => o.Item2).FirstOrDefault(g => g.Count() > 1 || g.Key.Length == 0) is { } twice)
            throw new ArgumentException($"Output columns need names of their own, and '{twice.Key}' is none or is given twice.", nameof(options));
        return new AutoencoderColumns(options.InputColumnName, options.TargetColumnName, outputs);
    }
}
