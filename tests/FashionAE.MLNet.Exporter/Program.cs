using FashionAE.MLNet;
using FashionAE.MLNet.Exporter;
using FashionAE.Torch;
using Microsoft.ML;

// usage: FashionAE.MLNet.Exporter MODEL FILE
//        FashionAE.MLNet.Exporter MODEL
// Loads a model and writes it as ONNX with ML.NET. Without FILE, it trains a model with a custom network and saves it.
var ml = new MLContext();
var image = new ImageInput { Pixels = [.. Enumerable.Range(0, 144).Select(i => i / 144f)] };
var images = ml.Data.LoadFromEnumerable([image, image]);
if (args is [var path])
{
    var options = new AutoencoderOptions { Architecture = new OwnArchitecture(new ImageShape(1, 12, 12)), Epochs = 1 };
    using var trained = ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(images);
    ml.Model.Save(trained, images.Schema, path);
    return 0;
}
using var model = (IDisposable)ml.Model.Load(args[0], out _);
try
{
    using var file = File.Create(args[1]);
    ml.Model.ConvertToOnnx((ITransformer)model, images, file);
    return 0;
}
catch (NotSupportedException e)
{
    Console.WriteLine(e.Message);
    return 1;
}
