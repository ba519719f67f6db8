using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace FashionAE.Benchmarks;

/// <summary>Scores images with the network alone, and with the two methods of ML.NET.</summary>
internal sealed class Scoring(MLContext ml, IDataView images)
{
    /// <summary>Scores the first image repeatedly, with one prediction engine per thread. Creating the engines is not measured.</summary>
    public Action Predict(ITransformer transformer, int countEach, int threads)
    {
        var garment = new Garment { Pixels = images.GetColumn<float[]>("Pixels").First() };
        var options = new PredictionEngineOptions { OwnsTransformer = false };
        var engines = Enumerable.Range(0, threads)
            .Select(_ => ml.Model.CreatePredictionEngine<Garment, Coded>(transformer, options)).ToList();
        void Run(PredictionEngine<Garment, Coded> engine)
        {
            var coded = new Coded();
            for (var i = 0; i < countEach; i++)
                engine.Predict(garment, ref coded);
        }

        return () =>
        {
            var all = engines.ConvertAll(engine => new Thread(() => Run(engine)));
            all.ForEach(thread => thread.Start());
            all.ForEach(thread => thread.Join());
        };
    }

    /// <summary>Scores all images with the network alone.</summary>
    public static void Encode(Autoencoder model, Tensor images, int batchSize)
    {
        using var _ = no_grad();
        for (var start = 0L; start < images.shape[0]; start += batchSize)
        {
            using var scope = NewDisposeScope();
            model.Encode(images.narrow(0, start, Math.Min(batchSize, images.shape[0] - start)));
        }
    }

    /// <summary>Scores all images with a cursor.</summary>
    public void Read(ITransformer transformer)
    {
        var view = transformer.Transform(images);
        using var cursor = view.GetRowCursor([view.Schema["Latent"]]);
        var get = cursor.GetGetter<VBuffer<float>>(view.Schema["Latent"]);
        var latent = default(VBuffer<float>);
        while (cursor.MoveNext())
            get(ref latent);
    }
}

internal sealed class Garment
{
    [VectorType(784)]
    public float[] Pixels { get; set; } = [];
}

internal sealed class Coded
{
    public float[] Latent { get; set; } = [];
}
