using System.Diagnostics;
using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Engines;

/// <summary>Tests engines that are used for a long time, and engines whose model is disposed while they are used.</summary>
[Trait("Pace", "slow")]
public abstract class LastingEnginesTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public async Task A_model_that_is_disposed_while_others_run_ends_them_in_order()
    {
        for (var time = 0; time < 20; time++)
        {
            using var running = new CountdownEvent(4);
            var transformer = Models.Fit(_ml, Models.AllColumns(batchSize: 7));
            var rows = Images.Rows(40);
            var view = transformer.Transform(_ml.Data.LoadFromEnumerable(rows));
            var codes = view.GetColumn<float[]>("Code").ToArray();
            void Run(int thread)
            {
                using var engine = _ml.Model.CreatePredictionEngine<ImageRow, Coded>(transformer, new PredictionEngineOptions { OwnsTransformer = false });
                for (var pass = 0; ; pass++)
                {
                    var found = thread % 2 == 0 ? view.GetColumn<float[]>("Code") : rows.Select(row => engine.Predict(row).Code);
                    Assert.All(codes.Zip(found), p => Assert.All(p.First.Zip(p.Second), v => Assert.Equal(v.First, v.Second, 1e-5)));
                    if (pass == 0)
                        running.Signal();
                }
            }

            var threads = Enumerable.Range(0, 4).Select(i => Task.Factory.StartNew(
                () => Assert.Throws<ObjectDisposedException>(() => Run(i)), TaskCreationOptions.LongRunning)).ToArray();
            Assert.True(running.Wait(TimeSpan.FromMinutes(2)));
            transformer.Dispose();
            await Task.WhenAll(threads);
        }
    }

    [Fact]
    public void Memory_does_not_grow_with_predictions()
    {
        using var transformer = Models.Fit(_ml, Models.AllColumns());
        using var engine = _ml.Model.CreatePredictionEngine<ImageRow, Coded>(transformer, new PredictionEngineOptions { OwnsTransformer = false });
        var row = Images.Rows(1)[0];
        void Predict(int count)
        {
            for (var i = 0; i < count; i++)
                engine.Predict(row);
        }

        Predict(5000);
        var before = MemoryInUse();
        Predict(20_000);
        // The limit in bytes per prediction. glibc keeps memory that libtorch frees, and this memory grows in steps of 10 MB.
        var most = Models.Engine == ScoringEngine.LibTorch ? 1600 : 200;
        Assert.InRange(MemoryInUse() - before, long.MinValue, 20_000 * most);
    }

    [Fact]
    public void Memory_does_not_grow_with_models_that_are_loaded_and_disposed()
    {
        var path = Path.GetTempFileName();
        var architecture = new DenseArchitecture(Images.Shape) { HiddenSizes = [512, 256] };
        using (var trained = Models.Fit(_ml, Models.AllColumns(architecture)))
            _ml.Model.Save(trained, Images.View(_ml, 1).Schema, path);
        var (size, data) = (new FileInfo(path).Length, Images.View(_ml, 3));
        void Load(int count)
        {
            for (var i = 0; i < count; i++)
            {
                using var loaded = Assert.IsType<AutoencoderTransformer>(_ml.Model.Load(path, out _));
                loaded.ScoringEngine = Models.Engine;
                Assert.Equal(3, loaded.Transform(data).GetColumn<float>("Mse").Count());
            }
        }

        Load(50);
        var before = MemoryInUse();
        Load(200);
        // A quarter of the size of the models: the memory that libtorch frees can stay in the process for a while.
        Assert.InRange(MemoryInUse() - before, long.MinValue, 200 * size / 4);
        File.Delete(path);
    }

    [Fact]
    public void Memory_does_not_grow_with_rows_that_a_detector_judges()
    {
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Models.WholeDetector()).Fit(Images.View(_ml, 60));
        detector.ScoringEngine = Models.Engine;
        var rows = Images.Rows(1000);
        void Judge(int count)
        {
            var data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => rows[i % rows.Length]));
            Assert.Equal(count, _ml.Data.CreateEnumerable<Judged>(detector.Transform(data), reuseRowObject: true).Count(row => row.Mask.Length == Images.Size));
        }

        Judge(20_000);
        var before = MemoryInUse();
        Judge(200_000);
        // The limit in bytes per row. The error map alone has 576 bytes, and memory that libtorch frees can stay in the process for a
        // while.
        Assert.InRange(MemoryInUse() - before, long.MinValue, 200_000 * 150L);
    }

    private static long MemoryInUse()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private sealed class Coded
    {
        public float[] Code { get; set; } = [];
    }
}

public sealed class LastingEnginesTestsByLibTorch : LastingEnginesTests, IClassFixture<ScoredByLibTorch>;

public sealed class LastingEnginesTestsByOnnxRuntime : LastingEnginesTests, IClassFixture<ScoredByOnnxRuntime>;
