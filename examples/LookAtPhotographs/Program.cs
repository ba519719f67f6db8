// Writes a report, pictures.html, on an autoencoder of color pictures: 300 PNG files in folders of four classes, and latent vectors of
// eight values. The pictures are synthetic, with random colors, positions and sizes. Argument: the seed.
using FashionAE.MLNet;
using FashionAE.Report;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

var seed = args.Length > 0 ? int.Parse(args[0]) : 1;
var ml = new MLContext(seed);
// The rows have paths such as sunset/000.png, and classes.
var files = ml.Data.LoadFromEnumerable(Made.Pictures("pictures", count: 300, new Random(seed)));

var pipeline = ml.Transforms.LoadPixels("Pixels", "pictures", Made.Shape, "File")
    .Append(ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", new AutoencoderOptions
    {
        LatentSize = 8,
        Epochs = 60,
        BatchSize = 16,
        LearningRate = 2e-3,
    }));
using var model = pipeline.Fit(files);

var options = new ReportOptions { LabelColumnName = "Class", NameColumnName = "File", Title = "Pictures of four kinds" };
AutoencoderReport.Save("pictures.html", model, files, options);
Console.WriteLine("Open pictures.html in a browser.");

internal sealed record PictureFile(string File, string Class);

internal static class Made
{
    private const int Side = 32;

    public static ImageShape Shape { get; } = new(3, Side, Side);

    public static PictureFile[] Pictures(string folder, int count, Random random)
    {
        Func<Random, Func<double, double, double[]>>[] kinds = [Sunset, Flower, Bricks, Plaid];
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var kind = kinds[i % kinds.Length];
            var file = new PictureFile($"{kind.Method.Name.ToLowerInvariant()}/{i:D3}.png", kind.Method.Name.ToLowerInvariant());
            Save(Path.Combine(folder, file.File), kind(random), random);
            return file;
        })];
    }

    private static void Save(string path, Func<double, double, double[]> colorAt, Random random)
    {
        byte Level(double value) => (byte)(255 * Math.Clamp(value + 0.04 * (random.NextDouble() - 0.5), 0, 1));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        byte[] pixels = [.. from y in Enumerable.Range(0, Side)
                            from x in Enumerable.Range(0, Side)
                            from level in colorAt((x + 0.5) / Side, (y + 0.5) / Side).Select(Level).Append(byte.MaxValue)
                            select level];
        using var image = MLImage.CreateFromPixels(Side, Side, MLPixelFormat.Rgba32, pixels);
        image.Save(path);
    }

    // Each kind chooses random parameters and returns a function from a position, upper left (0, 0) to (1, 1), to a color in [0, 1].
    private static Func<double, double, double[]> Sunset(Random random)
    {
        double In(double least, double most) => least + (most - least) * random.NextDouble();
        var (sunX, sunY, size, horizon, evening) = (In(0.2, 0.8), In(0.25, 0.6), In(0.08, 0.16), In(0.6, 0.8), In(0, 1));
        return (x, y) =>
        {
            if (y > horizon)
                return [0.1, 0.2, 0.3 + 0.3 * (1 - evening)];
            var height = y / horizon;
            return Distance(x - sunX, y - sunY) < size ? [1, 0.95 - 0.2 * evening, 0.6]
                : [0.5 + 0.5 * height, 0.4 + 0.2 * height, 0.8 - 0.5 * evening * height];
        };
    }

    private static Func<double, double, double[]> Flower(Random random)
    {
        var (centerX, centerY) = (0.4 + 0.2 * random.NextDouble(), 0.4 + 0.2 * random.NextDouble());
        var (size, turn, petals) = (0.3 + 0.15 * random.NextDouble(), random.NextDouble(), random.Next(4, 7));
        double[] color = [0.6 + 0.4 * random.NextDouble(), 0.5 * random.NextDouble(), random.NextDouble()];
        return (x, y) =>
        {
            var (distance, angle) = (Distance(x - centerX, y - centerY) / size, Math.Atan2(y - centerY, x - centerX));
            if (distance < 0.25)
                return [0.95, 0.8, 0.1];
            return distance < 0.7 + 0.3 * Math.Cos(petals * (angle + turn)) ? color : [0.15, 0.45, 0.2];
        };
    }

    private static Func<double, double, double[]> Bricks(Random random)
    {
        var (rows, red, shift) = (random.Next(4, 7), 0.5 + 0.3 * random.NextDouble(), random.NextDouble());
        return (x, y) =>
        {
            var along = (x * rows / 2 + shift + (int)(y * rows) * 0.5) % 1;
            return along < 0.1 || y * rows % 1 < 0.18 ? [0.75, 0.73, 0.7] : [red, 0.4 * red, 0.3 * red];
        };
    }

    private static Func<double, double, double[]> Plaid(Random random)
    {
        double[] ground = [random.NextDouble(), random.NextDouble(), random.NextDouble()];
        var (across, down, width) = (random.NextDouble(), random.NextDouble(), 0.15 + 0.15 * random.NextDouble());
        return (x, y) => [.. ground.Select(level =>
            0.25 + 0.5 * level + ((x * 2 + across) % 1 < width ? 0.25 : 0) - ((y * 2 + down) % 1 < width ? 0.25 : 0))];
    }

    private static double Distance(double x, double y) => Math.Sqrt(x * x + y * y);
}

// Open pictures.html in a browser.
