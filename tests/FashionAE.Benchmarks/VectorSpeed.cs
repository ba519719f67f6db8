using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace FashionAE.Benchmarks;

/// <summary>Measures a table of 1,000,000 rows and 20 columns: a training epoch, compared with plain TorchSharp, and scored rows per second.</summary>
internal sealed class VectorSpeed
{
    private const int Rows = 1_000_000;
    private const int Columns = 20;
    private const int Batch = 128;

    private readonly MLContext _ml = new(1);
    private readonly float[] _values = new float[Rows * Columns];
    private readonly IDataView _view;

    public VectorSpeed()
    {
        var random = new Random(1);
        for (var row = 0; row < Rows; row++)
        {
            var (a, b) = (random.NextDouble() * 6, random.NextDouble());
            for (var i = 0; i < Columns; i++)
                _values[row * Columns + i] = (float)(100 * i + (i + 1) * (Math.Sin(a + i) + 0.3 * b * i) + 0.05 * random.NextDouble());
        }
        _view = _ml.Data.Cache(_ml.Data.LoadFromEnumerable(Enumerate()));
    }

    public void Run()
    {
        Stopwatches.PrintHeader("1,000,000 rows of 20 columns");
        Stopwatches.Compare("an epoch in batches of 128: Fit / plain TorchSharp", 3, Fit, FitPlain);
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(new AutoencoderAnomalyTrainer.Options
        {
            Architecture = new VectorArchitecture(3),
            BatchSize = 4096,
            Epochs = 1,
            ContributionColumnName = "WhatIsOdd",
        }).Fit(_ml.Data.TakeRows(_view, 50_000));
        foreach (var engine in new[] { ScoringEngine.OnnxRuntime, ScoringEngine.LibTorch })
        {
            detector.ScoringEngine = engine;
            // The first pass includes JIT compilation.
            var seconds = Enumerable.Range(0, 4).Select(_ => Stopwatches.Seconds(() => Read(detector, "Score"))).Skip(1).Order().ElementAt(1);
            Console.WriteLine($"| rows scored a second, {engine} | {Rows / seconds:N0} | | |");
            seconds = Enumerable.Range(0, 4).Select(_ => Stopwatches.Seconds(() => Read(detector, "WhatIsOdd"))).Skip(1).Order().ElementAt(1);
            Console.WriteLine($"| rows with contributions a second, {engine} | {Rows / seconds:N0} | | |");
        }
    }

    private IEnumerable<Row> Enumerate()
    {
        var row = new Row();
        for (var i = 0; i < Rows; i++)
        {
            _values.AsSpan(i * Columns, Columns).CopyTo(row.Features);
            yield return row;
        }
    }

    private void Fit()
    {
        using var encoder = _ml.Transforms.EncodeWithAutoencoder("Code", "Features", new AutoencoderOptions
        {
            Architecture = new VectorArchitecture(3),
            BatchSize = Batch,
            Epochs = 1,
            Seed = 1,
        }).Fit(_view);
    }

    // The same layers, batches and standardization, with the rows already in a tensor.
    private void FitPlain()
    {
        using var scope = NewDisposeScope();
        var rows = tensor(_values, [Rows, Columns]);
        var standardized = (rows - rows.mean([0])) / rows.std(0, unbiased: false);
        using var model = nn.Sequential(
            nn.Linear(Columns, 64), nn.SiLU(), nn.Linear(64, 32), nn.SiLU(), nn.Linear(32, 3),
            nn.Linear(3, 32), nn.SiLU(), nn.Linear(32, 64), nn.SiLU(), nn.Linear(64, Columns));
        using var optimizer = optim.Adam(model.parameters(), 1e-3);
        var order = randperm(Rows);
        for (var start = 0; start < Rows; start += Batch)
        {
            using var step = NewDisposeScope();
            var batch = standardized.index_select(0, order.narrow(0, start, Math.Min(Batch, Rows - start)));
            optimizer.zero_grad();
            nn.functional.mse_loss(model.call(batch), batch).backward();
            optimizer.step();
        }
    }

    private void Read(AutoencoderTransformer detector, string column)
    {
        var view = detector.Transform(_view);
        using var cursor = view.GetRowCursor([view.Schema[column]]);
        if (column == "Score")
            Read<float>(cursor, column);
        else
            Read<VBuffer<float>>(cursor, column);
    }

    private static void Read<T>(DataViewRowCursor cursor, string column)
    {
        var get = cursor.GetGetter<T>(cursor.Schema[column]);
        T value = default!;
        while (cursor.MoveNext())
            get(ref value);
    }

    private sealed class Row
    {
        [VectorType(Columns)]
        public float[] Features { get; set; } = new float[Columns];
    }
}
