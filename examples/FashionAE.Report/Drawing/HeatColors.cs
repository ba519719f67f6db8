namespace FashionAE.Report.Drawing;

/// <summary>
/// Colors for magnitudes: the map "inferno" of matplotlib (S. van der Walt and N. Smith, 2015, CC0), from black over red to pale yellow. It is
/// perceptually uniform and made to be read with any kind of color vision and in gray.
/// </summary>
public static class HeatColors
{
    // Every fifth of the 256 published colors, from the first to the last.
    private static readonly byte[] Anchors = Convert.FromHexString(
        "00000402020c0504170a072210092d160b391e0c45260c512f0a5b380962400a67490b6a510e6c59106e61136e69166e71196e781c6d" +
        "801f6c88226a902568982766a02a63a82e5fb0315bb73557bf3952c63d4dcc4248d34743d94d3ddf5337e45a31e9612bed6925f1711f" +
        "f47918f78212f98b0bfa9407fb9d07fca60cfcb014fbba1ffac42af8cd37f6d746f4e156f2ea69f2f27df5f992fcffa4");

    private static int Last => (Anchors.Length / 3) - 1;

    /// <summary>Gets the color of a magnitude.</summary>
    /// <param name="magnitude">The magnitude in [0, 1]; what lies outside has the color of the nearer end.</param>
    /// <returns>Red, green and blue.</returns>
    public static byte[] Of(double magnitude)
    {
        var place = Math.Clamp(magnitude, 0, 1) * Last;
        var below = Math.Min((int)place, Last - 1);
        return [.. Enumerable.Range(0, 3).Select(part =>
        {
            double first = Anchors[(3 * below) + part], second = Anchors[(3 * (below + 1)) + part];
            return (byte)Math.Round(first + ((second - first) * (place - below)));
        })];
    }

    /// <summary>Gets the colors of a color bar, three bytes a color, from 0 to 1.</summary>
    /// <param name="count">How many, 2 or more.</param>
    /// <returns>The bytes.</returns>
    public static byte[] Bar(int count) => [.. Enumerable.Range(0, count).SelectMany(i => Of(i / (count - 1.0)))];
}
