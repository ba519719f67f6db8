using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

/// <summary>Trains an encoder for images of 28x28 pixels.</summary>
public static class Training
{
    /// <summary>Trains with libtorch on the four files of Fashion-MNIST in a folder, and saves the pipeline for serving.</summary>
    public static void Run(string data, string model, int epochs = 10)
    {
        var ml = new MLContext(seed: 1);
        ml.Log += (_, e) =>
        {
            if (e.Kind >= ChannelMessageKind.Info) // omit traces, which include every batch
                Console.WriteLine(e.RawMessage);
        };
        var train = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Train, data);
        // Each batch is a step. These 1,550 images have 49 steps per epoch. The log warns about fewer than 200 steps; more are better.
        // For your own images, append LoadPixels("Pixels", folder, new ImageShape(1, 28, 28), "ImagePath") before the encoder. With fewer
        // images, train more epochs. With 10,000 images or more, use a batch size of 128, which is faster and still has enough steps.
        var options = new AutoencoderOptions { LatentSize = 2, BatchSize = 32, Epochs = epochs };
        var pipeline = ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options)
            .Append(ml.Transforms.NormalizeMeanVariance("Scaled", "Code"));
        using var fitted = pipeline.Fit(train);
        // Replace the file atomically: a running service sees either the complete new file or the old one.
        ml.Model.Save(fitted.GetModelFor(TransformerScope.Scoring), train.Schema, model + ".new");
        File.Move(model + ".new", model, overwrite: true);
    }
}
