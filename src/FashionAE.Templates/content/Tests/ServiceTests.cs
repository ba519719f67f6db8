using System.Net;
using System.Net.Http.Json;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.AspNetCore.Builder;
using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

public sealed class ServiceTests(TrainedModel model) : IClassFixture<TrainedModel>
{
    /// <summary>The service returns the same latent vector for an image file as the saved model for the pixels in a view.</summary>
    [Fact]
    public async Task An_image_file_has_the_code_of_its_pixels()
    {
        var ml = new MLContext();
        var garment = ml.Data.TakeRows(ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, TrainedModel.Data), 1);
        using var loaded = (TransformerChain<ITransformer>)ml.Model.Load(model.Path, out _);
        var expected = loaded.Transform(garment).GetColumn<float[]>("Scaled").Single();

        await using var app = await StartAsync();
        using var client = new HttpClient();
        var file = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "garment.png"));
        using var answer = await client.PostAsync($"{app.Urls.Single()}/encode", new ByteArrayContent(file));
        Assert.Equal(expected, await answer.Content.ReadFromJsonAsync<float[]>());
        Assert.Equal("Healthy", await client.GetStringAsync($"{app.Urls.Single()}/health"));
    }

    [Theory]
    [InlineData(0, HttpStatusCode.BadRequest)]
    [InlineData(1_000, HttpStatusCode.BadRequest)]
    [InlineData(2_000_000, HttpStatusCode.RequestEntityTooLarge)]
    public async Task The_service_rejects_a_body_that_is_not_a_picture_with_one_line(int length, HttpStatusCode expected)
    {
        await using var app = await StartAsync();
        using var client = new HttpClient();
        client.DefaultRequestHeaders.ExpectContinue = true; // wait for permission before sending the body
        using var answer = await client.PostAsync($"{app.Urls.Single()}/encode", new ByteArrayContent(new byte[length]));
        Assert.Equal(expected, answer.StatusCode);
        Assert.Matches(@"\A[^\n]+: [^\n]+\n\z", await answer.Content.ReadAsStringAsync());
    }

    private async Task<WebApplication> StartAsync()
    {
        var app = Service.Create(model.Path, ["--urls", "http://127.0.0.1:0", "--environment", "Development"]);
        await app.StartAsync();
        return app;
    }
}

/// <summary>Trains a model for one epoch and saves it.</summary>
public sealed class TrainedModel : IDisposable
{
    public static string Data { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "data");

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public TrainedModel() => Training.Run(Data, Path, epochs: 1);

    public void Dispose() => File.Delete(Path);
}
