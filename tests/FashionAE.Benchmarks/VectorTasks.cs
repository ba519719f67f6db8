using System.Diagnostics;
using System.Globalization;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Benchmarks;

/// <summary>
/// Measures anomalies and latent vectors on the tables of eng/vector_data.py. Prints lines like eng/vector_peers.py: part, method, table,
/// task, seed, value, seconds; then the means of each table and of all tables.
/// </summary>
internal sealed class VectorTasks(string folder)
{
    private const int Batch = 32;
    private const int Steps = 3000;

    private readonly MLContext _ml = new(1);
    private readonly List<(string Part, string Method, string Table, double Value)> _results = [];

    public void Run()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "anomalies"), "*.csv").Order(StringComparer.Ordinal))
            FindAnomalies(file);
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "codes"), "*.csv").Order(StringComparer.Ordinal))
            Encode(file);
        foreach (var method in _results.GroupBy(result => (result.Part, result.Method)))
        {
            var means = method.GroupBy(result => result.Table).ToDictionary(table => table.Key, table => table.Average(result => result.Value));
            foreach (var (table, mean) in means)
                Print($"mean", $"{method.Key.Part}", $"{method.Key.Method}", $"{table}", $"{mean:F4}");
            Print($"mean", $"{method.Key.Part}", $"{method.Key.Method}", $"all", $"{means.Values.Average():F4}");
        }
    }

    private static void Print(params FormattableString[] cells) =>
        Console.WriteLine(string.Join('\t', cells.Select(cell => cell.ToString(CultureInfo.InvariantCulture))));

    private void FindAnomalies(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file).Split('.');
        var table = Table.Read(file);
        foreach (var (seed, train, test) in table.Splits())
        {
            var (training, judged) = (View(train), View(test));
            var ofOurs = Stopwatch.StartNew();
            using (var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Options(train.Count, seed)).Fit(training))
                Report("anomalies", "FashionAE", name, seed, Area(detector.Transform(judged)), ofOurs);
            foreach (var rank in new[] { 1, 2, 3, 5, 8, 12, 16, 24 }.Where(rank => rank < table.Columns))
            {
                var watch = Stopwatch.StartNew();
                var model = _ml.Transforms.NormalizeMeanVariance("Features", fixZero: false)
                    .Append(_ml.AnomalyDetection.Trainers.RandomizedPca("Features", rank: rank, ensureZeroMean: true, seed: seed)).Fit(training);
                Report("anomalies", $"RandomizedPca, rank {rank}", name, seed, Area(model.Transform(judged)), watch);
            }
        }
    }

    private void Encode(string file)
    {
        var name = new[] { Path.GetFileNameWithoutExtension(file), "" };
        foreach (var (seed, train, test) in Table.Read(file).Splits())
            foreach (var size in new[] { 2, 3, 8 })
            {
                var watch = Stopwatch.StartNew();
                var options = Options(train.Count, seed);
                using var encoder = _ml.Transforms.EncodeWithAutoencoder("Code", "Features", new AutoencoderOptions
                {
                    Architecture = new VectorArchitecture(size),
                    Epochs = options.Epochs,
                    BatchSize = options.BatchSize,
                    LearningRate = options.LearningRate,
                    Seed = seed,
                }).Fit(View(train));
                float[][] Codes(IReadOnlyList<TableRow> rows) => [.. encoder.Transform(View(rows)).GetColumn<float[]>("Code")];
                var (known, codes) = (Codes(train), Codes(test));
                foreach (var count in new[] { 5, 15 })
                    Report("codes", $"FashionAE-{size}, {count} neighbors", name, seed, Accuracy(known, train, codes, test, count), watch);
            }
    }

    private static AutoencoderAnomalyTrainer.Options Options(int rows, int seed) => new()
    {
        Epochs = Math.Max(10, (Steps * Batch + rows - 1) / rows),
        BatchSize = Batch,
        LearningRate = 3e-3,
        Seed = seed,
    };

    private void Report(string part, string method, string[] name, int seed, double value, Stopwatch watch)
    {
        _results.Add((part, method, name[0], value));
        Print($"{part}", $"{method}", $"{name[0]}", $"{name[1]}", $"{seed}", $"{value:F4}", $"{watch.Elapsed.TotalSeconds:F2}");
    }

    private double Area(IDataView judged) => _ml.Reconstruction.EvaluateAnomalies(judged, "IsAnomaly").AreaUnderRocCurve;

    private IDataView View(IReadOnlyList<TableRow> rows)
    {
        var type = SchemaDefinition.Create(typeof(TableRow));
        type[nameof(TableRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Features.Length);
        // Without this architecture, 64 unnamed columns would be taken for images of 8x8.
        var names = Enumerable.Range(1, rows[0].Features.Length).Select(i => $"Column{i}".AsMemory()).ToArray();
        type[nameof(TableRow.Features)].AddAnnotation(
            "SlotNames", new VBuffer<ReadOnlyMemory<char>>(names.Length, names), new VectorDataViewType(TextDataViewType.Instance, names.Length));
        return _ml.Data.LoadFromEnumerable(rows, type);
    }

    /// <summary>Computes the share of rows in the majority class of their nearest known rows.</summary>
    private static double Accuracy(
        float[][] known, IReadOnlyList<TableRow> knownRows, float[][] codes, IReadOnlyList<TableRow> rows, int count)
    {
        int ClassOf(float[] code) => known.Select((other, i) => (Distance: Distance(code, other), knownRows[i].Class))
            .OrderBy(pair => pair.Distance).Take(count).GroupBy(pair => pair.Class)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First().Key;
        return codes.Index().AsParallel().Count(pair => ClassOf(pair.Item) == rows[pair.Index].Class) / (double)codes.Length;
    }

    private static double Distance(float[] a, float[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += (double)(a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }

    /// <summary>A row of a table: the features and the class, which is 1 for an anomaly.</summary>
    private sealed class TableRow
    {
        public float[] Features { get; set; } = [];

        public bool IsAnomaly => Class == 1;

        [NoColumn]
        public int Class { get; set; }
    }

    /// <summary>A table with the training rows of each seed.</summary>
    private sealed record Table(TableRow[] Rows, (int Seed, bool[] IsTraining)[] Seeds)
    {
        public int Columns => Rows[0].Features.Length;

        public static Table Read(string file)
        {
            var lines = File.ReadLines(file).Select(line => line.Split(',')).ToArray();
            var label = Array.FindIndex(lines[0], name => name is "Label" or "Class");
            TableRow Row(string[] cells) => new()
            {
                Features = Array.ConvertAll(cells[..label], cell => float.Parse(cell, CultureInfo.InvariantCulture)),
                Class = int.Parse(cells[label], CultureInfo.InvariantCulture),
            };
            return new Table(
                [.. lines.Skip(1).Select(Row)],
                [.. Enumerable.Range(label + 1, lines[0].Length - label - 1).Select(column => (
                    int.Parse(lines[0][column].AsSpan("Seed".Length), CultureInfo.InvariantCulture),
                    lines.Skip(1).Select(cells => cells[column] == "1").ToArray()))]);
        }

        public IEnumerable<(int Seed, IReadOnlyList<TableRow> Train, IReadOnlyList<TableRow> Test)> Splits()
        {
            foreach (var (seed, isTraining) in Seeds)
                yield return (
                    seed, [.. Rows.Where((_, i) => isTraining[i])], [.. Rows.Where((_, i) => !isTraining[i])]);
        }
    }
}
