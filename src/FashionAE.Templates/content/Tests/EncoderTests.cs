using System.Net;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

public sealed class EncoderTests(TrainedModel model) : IClassFixture<TrainedModel>
{
    /// <summary>A model that was saved encodes an image file as it encodes the image's pixels in a view.</summary>
    [Fact]
    public void An_image_file_has_the_code_of_its_pixels()
    {
        var ml = new MLContext();
        var garment = ml.Data.TakeRows(ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, TrainedModel.Data), 1);
        using var loaded = (TransformerChain<ITransformer>)ml.Model.Load(model.Path, out _);
        var expected = loaded.Transform(garment).GetColumn<float[]>("Scaled").Single();

        using var encoder = new Encoder(model.Path);
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "garment.png"));
        Assert.Equal(expected, encoder.Encode(file));
    }

    [Theory]
    [InlineData(0, HttpStatusCode.BadRequest)]
    [InlineData(1_000, HttpStatusCode.BadRequest)]
    [InlineData(2_000_000, HttpStatusCode.RequestEntityTooLarge)]
    public async Task The_service_refuses_a_body_that_is_no_picture_in_one_line(int length, HttpStatusCode expected)
    {
        using var encoder = new Encoder(model.Path);
        await using var app = Service.Create(encoder, ["--urls", "http://127.0.0.1:0", "--environment", "Development"]);
        await app.StartAsync();
        using var client = new HttpClient();
        client.DefaultRequestHeaders.ExpectContinue = true; // asks before it sends the body
        using var answer = await client.PostAsync($"{app.Urls.Single()}/encode", new ByteArrayContent(new byte[length]));
        Assert.Equal(expected, answer.StatusCode);
        Assert.Matches(@"\A[^\n]+: [^\n]+\n\z", await answer.Content.ReadAsStringAsync());
    }
}

/// <summary>A model that was trained for one epoch and saved.</summary>
public sealed class TrainedModel : IDisposable
{
    public static string Data { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "data");

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public TrainedModel() => Encoder.Train(Data, Path, epochs: 1);

    public void Dispose() => File.Delete(Path);
}
