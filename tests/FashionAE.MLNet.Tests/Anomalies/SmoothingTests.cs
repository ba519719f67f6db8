namespace FashionAE.MLNet.Tests.Anomalies;

public class SmoothingTests
{
    [Theory]
    [InlineData(9, 14, 1.0)]
    [InlineData(5, 5, 2.5)]
    [InlineData(1, 8, 0.7)]
    [InlineData(6, 4, 0)]
    public void It_is_the_mean_under_a_gaussian_of_the_pixels_inside(int height, int width, double deviation)
    {
        var random = new Random(height);
        var map = Enumerable.Range(0, height * width).Select(_ => random.NextSingle()).ToArray();
        var blurred = new double[map.Length];
        ErrorMap.Blur(
            map, ErrorMap.Gaussian(height, deviation), ErrorMap.Gaussian(width, deviation), blurred);
        double Weight(int distance) => distance == 0 ? 1
            : Math.Abs(distance) <= Math.Ceiling(3 * deviation) ? Math.Exp(-distance * distance / (2 * deviation * deviation)) : 0;
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var (sum, weights) = (0.0, 0.0);
                for (var v = 0; v < height; v++)
                    for (var u = 0; u < width; u++)
                    {
                        var weight = Weight(v - y) * Weight(u - x);
                        (sum, weights) = (sum + weight * map[v * width + u], weights + weight);
                    }
                Assert.Equal(sum / weights, blurred[y * width + x], 1e-9);
            }
    }
}
