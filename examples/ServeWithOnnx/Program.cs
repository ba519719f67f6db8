// Scores garments over HTTP: a PNG file comes in, its code and its error go out. ONNX Runtime computes them within ML.NET.
//   fashionae onnx runs/denoising --part whole --out garments.onnx
//   ServeWithOnnx --model garments.onnx --urls http://localhost:5000
//   curl --data-binary @garment.png http://localhost:5000/score
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ServeWithOnnx;

const long LargestRequest = 1 << 20;

var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = LargestRequest);
if (builder.Configuration["model"] is not { } file || !File.Exists(file))
{
    Console.Error.WriteLine("error: --model FILE names the model; there is none. 'fashionae onnx' writes one.");
    return 2;
}
using var scorer = new GarmentScorer(file);
builder.Services.AddHealthChecks().AddCheck("model", () => scorer.IsReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());

var app = builder.Build();
app.MapHealthChecks("/health");
app.MapPost("/score", async (HttpRequest request) =>
{
    try
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        return Results.Ok(scorer.Score(body.ToArray()));
    }
    catch (InvalidDataException e)
    {
        return Results.Text(e.Message, statusCode: StatusCodes.Status400BadRequest);
    }
    catch (BadHttpRequestException e)
    {
        return Results.Text(e.Message, statusCode: e.StatusCode); // 413 where the body is too large
    }
});
app.Run();
return 0;
