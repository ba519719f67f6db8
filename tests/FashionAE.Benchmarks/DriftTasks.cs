using System.Globalization;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Benchmarks;

/// <summary>Measures how often a drift monitor raises an alarm, in windows of unchanged and changed test images.</summary>
internal sealed class DriftTasks : IDisposable
{
    private const int Window = 500;
    private const int Windows = 100;
    private const int NormalWindows = 1000;
    private const int TimedWindows = 20;
    private const string NewClass = "Bag";

    private readonly MLContext _ml = new(1);
    private readonly ImageSet _train = FashionMnist.Load(FashionMnistSplit.Train);
    private readonly ImageSet _test = FashionMnist.Load(FashionMnistSplit.Test);
    private readonly AutoencoderTransformer _model;

    public DriftTasks() => _model = Fit(_train);

    public void Dispose()
    {
        _model.Dispose();
        _train.Dispose();
        _test.Dispose();
    }

    public void Run()
    {
        Console.WriteLine($"| change of {Window} images | alarms | from the score | from the codes |\n|---|---|---|---|");
        var normal = Read(_model, View(_test));
        Print("none", NormalWindows, _model, normal);
        // Use several references, because one may be unusual.
        using var validation = Part(_train, _train.Count / 10 * 9, _train.Count);
        foreach (var seed in new[] { 2, 3 })
        {
            using var other = _model.WithReference(View(validation), seed);
            Print($"none, other rows kept ({seed})", NormalWindows, other, normal, seed);
        }
        foreach (var degrees in new[] { 5, 10, 20, 30 })
            Print($"rotation by an angle within ±{degrees}°", Windows, _model, Read(_model, Rotated(degrees)));
        foreach (var deviation in new[] { 0.02, 0.05, 0.1 })
            Print(FormattableString.Invariant($"noise {deviation}"), Windows, _model, Read(_model, Noisy(deviation)));
        Print("brightness 0.9", Windows, _model, Read(_model, Darkened(0.9f)));
        PrintNewClass();
        PrintTimes();
    }

    private IDataView View(ImageSet images) => _ml.Data.LoadFromImageSet(images);

    private static ImageSet Part(ImageSet images, int from, int to) => images.Select([.. Enumerable.Range(from, to - from).Select(i => (long)i)]);

    /// <summary>Trains on nine tenths. The model keeps the scores and codes of the last tenth.</summary>
    private AutoencoderTransformer Fit(ImageSet images, int latentSize = 16)
    {
        using var learned = Part(images, 0, images.Count / 10 * 9);
        using var validation = Part(images, images.Count / 10 * 9, images.Count);
        return _ml.Transforms.Autoencode(new AutoencoderEstimator.Options
        {
            InputColumnName = "Pixels",
            LatentColumnName = "Code",
            MseColumnName = "Mse",
            Architecture = new DenseArchitecture(FashionMnist.Shape, latentSize) { HiddenSizes = [128], Dropout = [] },
            Epochs = 5,
            ValidationSet = View(validation),
            Seed = 1,
        }).Fit(View(learned));
    }

    private IDataView Rotated(double degrees)
    {
        var options = new ImageRotatingEstimator.Options { Copies = 1, KeepOriginals = false, Degrees = degrees, Seed = 1 };
        return _ml.Transforms.RotateImages("Pixels", null, options).Fit(View(_test)).Transform(View(_test));
    }

    private IDataView Noisy(double deviation) =>
        _ml.Transforms.AddGaussianNoise("Pixels", null, deviation, seed: 1).Fit(View(_test)).Transform(View(_test));

    private IDataView Darkened(float brightness)
    {
        void Darken(Garment from, Garment to) => to.Pixels = Array.ConvertAll(from.Pixels, pixel => brightness * pixel);
        return _ml.Transforms.CustomMapping<Garment, Garment>(Darken, contractName: null).Fit(View(_test)).Transform(View(_test));
    }

    private static (float[] Code, float Score)[] Read(AutoencoderTransformer model, IDataView view)
    {
        var scored = model.Transform(view);
        return [.. scored.GetColumn<float[]>("Code").Zip(scored.GetColumn<float>("Mse"))];
    }

    /// <summary>Fills windows with random rows, without duplicates in a window.</summary>
    private void Print(string change, int windows, AutoencoderTransformer model, (float[] Code, float Score)[] rows, int seed = 1)
    {
        using var monitor = _ml.Model.CreateDriftMonitor(model, new() { Window = Window, FalseAlarms = 0.01, Seed = seed });
        var random = new Random(seed);
        PrintCounts(change, [.. Enumerable.Range(0, windows).Select(_ => Fill(monitor, rows, random))]);
    }

    private void PrintNewClass()
    {
        using var known = _train.SelectClasses([.. _train.ClassNames.Where(name => name != NewClass)]);
        using var knownTest = _test.SelectClasses([.. known.ClassNames]);
        using var other = _test.SelectClasses(NewClass);
        using var model = Fit(known);
        var (normal, odd) = (Read(model, View(knownTest)), Read(model, View(other)));
        Print("none, trained without bags", Windows, model, normal);
        foreach (var percent in new[] { 2, 5, 10 })
        {
            using var monitor = _ml.Model.CreateDriftMonitor(model, new() { Window = Window, FalseAlarms = 0.01 });
            var random = new Random(1);
            var count = Window * percent / 100;
            PrintCounts($"a new class, {percent} % bags", [.. Enumerable.Range(0, Windows).Select(_ =>
            {
                random.Shuffle(normal);
                random.Shuffle(odd);
                return Observe(monitor, [.. normal.Take(Window - count), .. odd.Take(count)]);
            })]);
        }
    }

    private void PrintTimes()
    {
        Console.WriteLine("\n| latent size | reference | CPU ms per window |\n|---|---|---|");
        var random = new Random(1);
        foreach (var size in new[] { 2, 16, 64 })
        {
            using var model = Fit(_test, size);
            using var monitor = _ml.Model.CreateDriftMonitor(model, new() { Window = Window, FalseAlarms = 0.01 });
            var rows = Read(model, View(_test));
            TimeSpan Used()
            {
                // Measure only the CPU time of this process, which does not depend on other processes.
                var before = Environment.CpuUsage.TotalTime;
                for (var i = 0; i < TimedWindows; i++)
                    Fill(monitor, rows, random);
                return (Environment.CpuUsage.TotalTime - before) / TimedWindows;
            }

            Used();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {size} | {Math.Min(1024, (1 << 15) / size)} codes | {Used().TotalMilliseconds:F0} |"));
        }
    }

    private static DriftReport Fill(DriftMonitor monitor, (float[] Code, float Score)[] rows, Random random)
    {
        random.Shuffle(rows);
        return Observe(monitor, rows[..Window]);
    }

    private static DriftReport Observe(DriftMonitor monitor, (float[] Code, float Score)[] rows)
    {
        foreach (var (code, score) in rows)
            monitor.Observe(code, score);
        return monitor.Report!;
    }

    private static void PrintCounts(string change, DriftReport[] reports)
    {
        string Share(Func<DriftReport, bool> isAlarm) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * reports.Count(isAlarm) / reports.Length:0.#} %");
        Console.WriteLine($"| {change}, {reports.Length} windows | {Share(r => r.IsAlarm)} | {Share(r => r.IsScoreAlarm)} | {Share(r => r.IsCodeAlarm)} |");
    }
}
