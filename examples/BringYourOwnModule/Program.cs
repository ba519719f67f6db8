// A network of one's own in a pipeline: trained, scored, saved and loaded like those of the library.
using BringYourOwnModule;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;

var ml = new MLContext(seed: 1);
var train = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Train);
var test = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test);

var pipeline = ml.Transforms.ReconstructWithAutoencoder("Decoded", "Pixels", new AutoencoderOptions
{
    Architecture = new TiedArchitecture(FashionMnist.Shape, LatentSize: 32),
    Epochs = 10,
});
using var model = pipeline.Fit(train);
ml.Model.Save(model, train.Schema, "tied.zip");

// Whoever loads it needs the assembly with TiedAutoencoder, and nothing else.
var loaded = ml.Model.Load("tied.zip", out _);
using var owner = loaded as IDisposable;
Console.WriteLine(ml.Reconstruction.Evaluate(loaded.Transform(test), "Pixels", "Decoded", "Label"));

// On the sample of the data set:
// class        images      MSE  PSNR, dB    SSIM  PSNR of the mean error, dB
// T-shirt          50   0.0483     13.72   0.349                       13.16
// Trouser          50   0.0514     13.27   0.493                       12.89
// Pullover         50   0.0544     13.20   0.335                       12.64
// Dress            50   0.0522     13.34   0.357                       12.82
// Coat             50   0.0405     14.43   0.364                       13.93
// Sandal           50   0.1244      9.29   0.140                        9.05
// Shirt            50   0.0576     13.04   0.301                       12.40
// Sneaker          50   0.0634     12.32   0.324                       11.98
// Bag              50   0.0742     11.77   0.233                       11.29
// Ankle boot       50   0.0496     13.30   0.335                       13.04
// all             500   0.0616     12.77   0.323                       12.10
