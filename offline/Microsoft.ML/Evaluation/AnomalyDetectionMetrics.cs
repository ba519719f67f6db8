namespace Microsoft.ML.Data;

/// <summary>How well scores set anomalies apart.</summary>
public sealed class AnomalyDetectionMetrics
{
    internal AnomalyDetectionMetrics(double areaUnderRocCurve, double detectionRateAtFalsePositiveCount) =>
        (AreaUnderRocCurve, DetectionRateAtFalsePositiveCount) = (areaUnderRocCurve, detectionRateAtFalsePositiveCount);

    public double AreaUnderRocCurve { get; }

    public double DetectionRateAtFalsePositiveCount { get; }
}
