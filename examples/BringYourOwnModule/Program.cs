// A network of one's own in a pipeline: trained, scored, saved and loaded like those of the library.
using BringYourOwnModule;
using FashionAE.MLNet;
using FashionAE.MLNet.Autoencoding;
using FashionAE.Torch.Data;
using FashionAE.Torch.Training;
using Microsoft.ML;

var ml = new MLContext(seed: 1);
var train = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Train);
var test = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test);

var pipeline = ml.Transforms.ReconstructWithAutoencoder("Decoded", "Pixels", new AutoencoderOptions
{
    Architecture = new TiedArchitecture(FashionMnist.Shape, LatentSize: 32),
    Training = new TrainingOptions { Epochs = 10 },
});
using var model = pipeline.Fit(train);
ml.Model.Save(model, train.Schema, "tied.zip");

// Whoever loads it needs the assembly with TiedAutoencoder, and nothing else.
var loaded = ml.Model.Load("tied.zip", out _);
using var owner = loaded as IDisposable;
Console.WriteLine(ml.Reconstruction().Evaluate(loaded.Transform(test), "Pixels", "Decoded", "Label"));
