using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

/// <summary>Trains an encoder of garments, 28x28 pixels each.</summary>
public static class Training
{
    /// <summary>Trains by libtorch on the four files of Fashion-MNIST in a folder and saves what serves.</summary>
    public static void Run(string data, string model, int epochs = 10)
    {
        var ml = new MLContext(seed: 1);
        ml.Log += (_, e) =>
        {
            if (e.Kind >= ChannelMessageKind.Info) // below are traces, of every batch too
                Console.WriteLine(e.RawMessage);
        };
        var train = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Train, data);
        // Each batch is a step. The log warns of fewer than 200 steps, and more are better: these 1,550 images make 49 an epoch.
        // Your own images: the fewer there are, the more epochs. From 10,000 on a batch of 128 makes enough steps, too, and is faster.
        // Load them with LoadPixels("Pixels", folder, new ImageShape(1, 28, 28), "ImagePath") before the encoder.
        var options = new AutoencoderOptions { LatentSize = 2, BatchSize = 32, Epochs = epochs };
        var pipeline = ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options)
            .Append(ml.Transforms.NormalizeMeanVariance("Scaled", "Code"));
        using var fitted = pipeline.Fit(train);
        // A service that runs sees the complete new file or the old one.
        ml.Model.Save(fitted.GetModelFor(TransformerScope.Scoring), train.Schema, model + ".new");
        File.Move(model + ".new", model, overwrite: true);
    }
}
