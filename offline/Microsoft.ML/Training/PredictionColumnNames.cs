namespace Microsoft.ML.Data;

internal static class PredictionColumnNames
{
    public const string PredictedLabel = "PredictedLabel";
    public const string Score = "Score";
}
