// Classifies garments by two numbers each: those of an autoencoder, and those of principal components.
using FashionAE.MLNet;
using FashionAE.MLNet.Autoencoding;
using FashionAE.Torch.Data;
using FashionAE.Torch.Training;
using Microsoft.ML;

var ml = new MLContext(seed: 1);
var train = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Train);
var test = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test);

var options = new AutoencoderOptions { LatentSize = 2, Training = new TrainingOptions { Epochs = 10 } };
IEstimator<ITransformer> autoencoder = ml.Transforms.EncodeWithAutoencoder("Features", "Pixels", options);
IEstimator<ITransformer> components = ml.Transforms.ProjectToPrincipalComponents("Features", "Pixels", rank: 2);

foreach (var (name, featurizer) in new[] { ("principal components, rank 2", components), ("autoencoder, 2-D code", autoencoder) })
{
    using var model = featurizer.Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy()).Fit(train);
    var metrics = ml.MulticlassClassification.Evaluate(model.Transform(test));
    Console.WriteLine($"{name}: accuracy {metrics.MicroAccuracy:F3}, log-loss {metrics.LogLoss:F3}");
    if (featurizer == autoencoder)
        Console.WriteLine(metrics.ConfusionMatrix.GetFormattedConfusionTable());
}
