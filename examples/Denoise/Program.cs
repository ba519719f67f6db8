// Trains an autoencoder to give back the clean garment for a noisy one, and scores what it gives back.
using FashionAE.MLNet;
using FashionAE.MLNet.Autoencoding;
using FashionAE.Torch.Data;
using FashionAE.Torch.Models;
using FashionAE.Torch.Training;
using Microsoft.ML;

var ml = new MLContext(seed: 1);
var train = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Train);
var test = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test);

var pipeline = ml.Transforms.AddGaussianNoise("Noisy", "Pixels", factor: 0.25f)
    .Append(ml.Transforms.ReconstructWithAutoencoder("Clean", "Noisy", new AutoencoderOptions
    {
        TargetColumnName = "Pixels",
        Architecture = new ConvolutionalArchitecture(FashionMnist.Shape, LatentSize: 32),
        Training = new TrainingOptions { Epochs = 10, BatchSize = 64 },
    }));
using var model = pipeline.Fit(train);

var denoised = model.Transform(test);
Console.WriteLine($"noisy\n{ml.Reconstruction().Evaluate(denoised, "Pixels", "Noisy", "LabelText")}");
Console.WriteLine($"\ndenoised\n{ml.Reconstruction().Evaluate(denoised, "Pixels", "Clean", "LabelText")}");
