using FashionAE.Torch.Data;

namespace FashionAE.MLNet.Evaluation;

internal sealed record ScoringSettings(string Target, string Reconstruction, string? Mse, string? Psnr, string? Ssim, ImageShape? Shape)
{
    /// <summary>The columns to add, in order.</summary>
    public IEnumerable<(string Name, ReconstructionMetric Metric)> Outputs => new[]
    {
        (Name: Mse, Metric: ReconstructionMetric.MeanSquaredError),
        (Name: Psnr, Metric: ReconstructionMetric.PeakSignalToNoiseRatio),
        (Name: Ssim, Metric: ReconstructionMetric.StructuralSimilarity),
    }.Where(o => o.Name is not null).Select(o => (o.Name!, o.Metric));
}
