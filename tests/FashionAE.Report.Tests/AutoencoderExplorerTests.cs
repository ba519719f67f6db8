using System.Net;
using System.Net.Http.Json;
using FashionAE.Report.Tests.Support;
using FashionAE.Torch;
using Microsoft.AspNetCore.Builder;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Report.Tests;

/// <summary>Tests the page on a real server with a free port.</summary>
public sealed class AutoencoderExplorerTests
{
    private static readonly MLContext Context = new(seed: 1);

    [Fact]
    public async Task The_server_decodes_images_of_any_code()
    {
        var view = SmallImage.View(Context, 10, "x", "y");
        using var model = Truncation.Of(Context, view, new ImageShape(1, 8, 8), latentSize: 3, "Pixels");
        await using var app = await Start(model, view);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        foreach (var address in (string[])["/look/codes", "/look/codes/"])
        {
            var page = await client.GetAsync(address);
            Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
            Assert.Contains("\"decodeUrl\":\"decode\"", await page.Content.ReadAsStringAsync());
        }

        var answer = await client.PostAsJsonAsync("/look/codes/decode", (float[])[0.2f, 1, 0.6f]);
        Assert.Equal("image/png", answer.Content.Headers.ContentType!.MediaType);
        using var image = MLImage.CreateFromStream(await answer.Content.ReadAsStreamAsync());
        // The code is the first three pixels. All other pixels are 0.
        Assert.Equal([51, 255, 153, 0], Enumerable.Range(0, 4).Select(pixel => (int)image.Pixels[4 * pixel]));
    }

    [Fact]
    public async Task The_server_decodes_vectors_and_rejects_invalid_codes()
    {
        var view = FourValues.View(Context, ("a", [1, 2, 0, 0]), ("b", [3, 4, 0, 0]));
        using var model = Truncation.Of(Context, view, InputShape.Vector(4), latentSize: 2);
        await using var app = await Start(model, view);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        var answer = await client.PostAsJsonAsync("/look/codes/decode", (float[])[7, -8]);
        var values = await answer.Content.ReadFromJsonAsync<float[]>();
        Assert.Equal([7f, -8, 0, 0], values!);
        foreach (var body in (string[])["[1]", "[1,2,3]", "[1e99,2]", "[1,null]", "nothing"])
        {
            var refused = await client.PostAsync("/look/codes/decode", new StringContent(body, null, "application/json"));
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }
    }

    private static async Task<WebApplication> Start(ITransformer model, IDataView view)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        var app = builder.Build();
        app.MapAutoencoderExplorer("/look/codes", model, view, new() { GridSize = 2 });
        await app.StartAsync();
        return app;
    }
}
