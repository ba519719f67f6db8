// Uses a custom network in a pipeline. It is trained, scored, saved and loaded like the networks of the library.
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

// A program that loads the model must only reference the assembly with TiedAutoencoder.
var loaded = ml.Model.Load("tied.zip", out _);
using var owner = loaded as IDisposable;
Console.WriteLine(ml.Reconstruction.Evaluate(loaded.Transform(test), "Pixels", "Decoded", "Label"));

// A program that scores the ONNX file with ONNX Runtime needs neither that assembly nor libtorch.
OnnxFile.Save(model.Model, "tied.onnx", OnnxPart.Whole);

// On the sample of the data set:
// class         images      MSE  PSNR, dB    SSIM  PSNR of the mean error, dB
// T-shirt/top       50   0.0504     13.46   0.331                       12.98
// Trouser           50   0.0528     13.13   0.488                       12.77
// Pullover          50   0.0551     13.15   0.330                       12.59
// Dress             50   0.0528     13.28   0.356                       12.77
// Coat              50   0.0406     14.42   0.368                       13.92
// Sandal            50   0.1238      9.30   0.146                        9.07
// Shirt             50   0.0576     13.04   0.300                       12.39
// Sneaker           50   0.0643     12.27   0.328                       11.92
// Bag               50   0.0777     11.57   0.219                       11.10
// Ankle boot        50   0.0485     13.42   0.343                       13.14
// all              500   0.0624     12.70   0.321                       12.05
