// Trains an encoder of images in an ML.NET pipeline ("train"), and serves it over HTTP ("serve").
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

if (args is ["train", ..])
{
    Encoder.Train(args.ElementAtOrDefault(1) ?? "data", "model.zip", epochs: 10);
    return;
}

using var encoder = new Encoder("model.zip");
var app = WebApplication.CreateBuilder(args).Build();
app.MapPost("/encode", async (HttpRequest request) =>
{
    using var body = new MemoryStream();
    await request.Body.CopyToAsync(body);
    body.Position = 0;
    return Results.Ok(encoder.Encode(body));
});
app.Run();

/// <summary>An encoder of garments, 28x28 pixels each; may be used by several threads.</summary>
public sealed class Encoder(string model) : IDisposable
{
    private static readonly MLContext Ml = new(seed: 1);
    private readonly TransformerChain<ITransformer> _model = (TransformerChain<ITransformer>)Ml.Model.Load(model, out _);

    /// <summary>Trains on the four files of Fashion-MNIST in a folder and saves what serves.</summary>
    public static void Train(string data, string model, int epochs)
    {
        Ml.Log += (_, e) => Console.Write(e.Source.Contains("Autoencoder") && e.RawMessage.StartsWith("Epoch") ? e.RawMessage + "\n" : "");
        var train = Ml.Data.LoadFromFashionMnist(FashionMnistSplit.Train, data);
        // Your own images: LoadPixels("Pixels", folder, new ImageShape(1, 28, 28), "ImagePath") before the encoder.
        var pipeline = Ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", latentSize: 2, epochs: epochs)
            .Append(Ml.Transforms.NormalizeMeanVariance("Scaled", "Code"));
        using var fitted = pipeline.Fit(train);
        Ml.Model.Save(fitted.GetModelFor(TransformerScope.Scoring), train.Schema, model);
    }

    /// <summary>Encodes a PNG or JPEG file: light garment on dark ground, of any size.</summary>
    public float[] Encode(Stream file)
    {
        using var image = MLImage.CreateFromStream(file);
        var picture = Ml.Data.LoadFromEnumerable([new Picture { Image = image }]);
        var pixels = Ml.Transforms.ConvertToPixels("Pixels", new ImageShape(1, 28, 28), "Image").Fit(picture).Transform(picture);
        return _model.Transform(pixels).GetColumn<float[]>("Scaled").Single();
    }

    public void Dispose() => _model.Dispose();

    private sealed class Picture
    {
        [Microsoft.ML.Transforms.Image.ImageType(1, 1)]
        public MLImage? Image { get; set; }
    }
}
