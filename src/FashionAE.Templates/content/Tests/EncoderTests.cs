using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

public sealed class EncoderTests
{
    /// <summary>A model that was saved encodes an image file as it encodes the image's pixels in a view.</summary>
    [Fact]
    public void An_image_file_has_the_code_of_its_pixels()
    {
        var data = Path.Combine(AppContext.BaseDirectory, "data");
        var model = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Encoder.Train(data, model, epochs: 1);

        var ml = new MLContext();
        var garment = ml.Data.TakeRows(ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, data), 1);
        using var loaded = (TransformerChain<ITransformer>)ml.Model.Load(model, out _);
        var expected = loaded.Transform(garment).GetColumn<float[]>("Scaled").Single();

        var picture = ml.Transforms.DrawImages("Picture", "Pixels", new ImageShape(1, 28, 28)).Fit(garment).Transform(garment);
        var file = Path.ChangeExtension(model, ".png");
        picture.GetColumn<MLImage>("Picture").Single().Save(file);
        using var encoder = new Encoder(model);
        using (var stream = File.OpenRead(file))
            Assert.Equal(expected, encoder.Encode(stream));
        File.Delete(file);
        File.Delete(model);
    }
}
