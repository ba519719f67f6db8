using System.Globalization;
using System.Net;
using System.Text;

namespace FashionAE.Benchmarks;

/// <summary>A line of a <see cref="LineChart"/>, with its points in the order of x.</summary>
internal sealed record ChartLine(string Name, string Color, IReadOnlyList<(double X, double Y)> Points, bool IsDashed = false);

/// <summary>Draws lines over a common x axis as an SVG file with a white background, readable in light and in dark mode.</summary>
/// <param name="Title">The title above the lines.</param>
/// <param name="XName">The name of the x axis.</param>
/// <param name="Format">The format of the values of the y axis.</param>
/// <param name="IsLogarithmic">Whether the x axis is logarithmic: values that double are then at equal distances.</param>
internal sealed record LineChart(string Title, string XName, string Format, bool IsLogarithmic = false)
{
    private const int Width = 760;
    private const int Height = 380;
    private const int Left = 64;
    private const int Right = 240;
    private const int Top = 40;
    private const int Bottom = 48;

    public void Save(string file, params IReadOnlyList<ChartLine> lines)
    {
        var points = lines.SelectMany(line => line.Points).ToArray();
        var xs = points.Select(point => point.X).Distinct().Order().ToArray();
        var (low, high, step) = Range(points.Min(point => point.Y), points.Max(point => point.Y));
        double At(double x) => IsLogarithmic ? Math.Log2(x) : x;
        double X(double x) => Left + (Width - Left - Right) * (xs.Length == 1 ? 0.5 : (At(x) - At(xs[0])) / (At(xs[^1]) - At(xs[0])));
        double Y(double y) => Top + (Height - Top - Bottom) * (high - y) / (high - low);

        var svg = new StringBuilder();
        void Add(FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
        void AddText(double x, double y, string anchor, string text) =>
            Add($"<text x=\"{x:F1}\" y=\"{y:F1}\" text-anchor=\"{anchor}\">{WebUtility.HtmlEncode(text)}</text>");

        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\"");
        Add($"  font-family=\"sans-serif\" font-size=\"13\" fill=\"#222222\">");
        Add($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#ffffff\"/>");
        AddText(Left, 22, "start", Title);
        for (var i = 0; low + i * step < high + step / 2; i++)
        {
            var y = low + i * step;
            Add($"<path d=\"M{Left} {Y(y):F1}H{Width - Right}\" stroke=\"#dddddd\"/>");
            AddText(Left - 8, Y(y) + 4, "end", y.ToString(Format, CultureInfo.InvariantCulture));
        }
        foreach (var x in xs)
            AddText(X(x), Height - Bottom + 20, "middle", x.ToString(CultureInfo.InvariantCulture));
        AddText((Left + Width - Right) / 2.0, Height - 8, "middle", XName);
        foreach (var (i, line) in lines.Index())
        {
            var path = string.Join('L', line.Points.Select(point => FormattableString.Invariant($"{X(point.X):F1} {Y(point.Y):F1}")));
            var style = $"fill=\"none\" stroke=\"{line.Color}\" stroke-width=\"2\"" + (line.IsDashed ? " stroke-dasharray=\"6 4\"" : "");
            Add($"<path d=\"M{path}\" {style}/>");
            foreach (var (x, y) in line.Points)
                Add($"<circle cx=\"{X(x):F1}\" cy=\"{Y(y):F1}\" r=\"3\" fill=\"{line.Color}\"/>");
            Add($"<path d=\"M{Width - Right + 16} {Top + 10 + 22 * i}h28\" {style}/>");
            AddText(Width - Right + 52, Top + 14 + 22 * i, "start", line.Name);
        }
        svg.Append("</svg>\n");
        File.WriteAllText(file, svg.ToString());
    }

    /// <summary>Finds a range of round values, with 4 to 10 steps of 1, 2 or 5 times a power of ten.</summary>
    private static (double Low, double High, double Step) Range(double low, double high)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(high - low, 1e-6) / 4)));
        var step = new[] { 5, 2, 1 }.Select(factor => factor * power).First(step => (high - low) / step >= 3);
        return (Math.Floor(low / step) * step, Math.Ceiling(high / step) * step, step);
    }
}
