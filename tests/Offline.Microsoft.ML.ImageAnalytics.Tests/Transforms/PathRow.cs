namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Transforms;

/// <summary>A row with the path of an image.</summary>
public sealed class PathRow
{
    public string Path { get; set; }
}
