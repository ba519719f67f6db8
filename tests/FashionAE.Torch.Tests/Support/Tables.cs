using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Support;

/// <summary>Generated tables: columns of different units that depend on two hidden values.</summary>
internal static class Tables
{
    public const int Columns = 6;

    public static double[][] Rows(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var (a, b) = (random.NextDouble() * 6 - 3, random.NextDouble());
            double[] exact = [1e6 + 10 * a, -0.5 + 1e-3 * b, Math.Sin(a), a * b, 300 + 40 * Math.Cos(a), 7];
            return Array.ConvertAll(exact, value => (double)(float)value);
        })];
    }

    public static Tensor ToTensor(double[][] rows) => tensor(rows.SelectMany(row => row.Select(value => (float)value)).ToArray(), [rows.Length, rows[0].Length]);
}
