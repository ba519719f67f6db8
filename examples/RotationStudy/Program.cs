// The rotation study as a pipeline: an autoencoder that has seen upright garments alone, and one that has seen rotated copies too.
using FashionAE.MLNet;
using FashionAE.MLNet.Autoencoding;
using FashionAE.Torch.Data;
using FashionAE.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

string[] classes = ["Trouser", "Dress", "Sandal", "Bag"];
var ml = new MLContext(seed: 1);
var train = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Train, classNames: classes);
var test = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, classNames: classes);

// The network sees Input and shall give back Pixels, which stays upright.
var copy = ml.Transforms.CopyColumns("Input", "Pixels");
var rotate = ml.Transforms.RotateImages("Input", copies: 5, degrees: 180);
var autoencode = ml.Transforms.Autoencode(new AutoencoderOptions
{
    InputColumnName = "Input",
    TargetColumnName = "Pixels",
    LatentColumnName = "Code",
    ReconstructionColumnName = "Decoded",
    Training = new TrainingOptions { Epochs = 12 },
});

var turn = ml.Transforms.RotateImages("Pixels", copies: 1, degrees: 180, keepOriginals: false, seed: 7);
foreach (var (name, pipeline) in new[]
{
    ("trained on upright garments", copy.Append(autoencode)),
    ("trained on rotated copies too", copy.Append(rotate, TransformerScope.Training).Append(autoencode)),
})
{
    using var model = pipeline.Fit(train);
    // What the network decodes from turned garments, beside the upright ones.
    var upright = ml.Transforms.CopyColumns("Upright", "Pixels").Append(turn).Fit(test).Transform(test);
    Console.WriteLine($"\n{name}: upright input\n{ml.Reconstruction().Evaluate(model.Transform(test), "Pixels", "Decoded", "Label")}");
    Console.WriteLine($"\n{name}: rotated input, compared with the upright original\n{ml.Reconstruction().Evaluate(model.Transform(upright), "Upright", "Decoded", "Label")}");
}
