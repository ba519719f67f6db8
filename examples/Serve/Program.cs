// Scores garments over HTTP: a picture comes in, the outputs of a saved pipeline go out. ONNX Runtime computes them, without libtorch.
//   Serve --model garments.zip --urls http://localhost:5000
//   curl --data-binary @garment.png http://localhost:5000/score
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Serve;

const long LargestRequest = 1 << 20;

var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = LargestRequest);
if (builder.Configuration["model"] is not { } file || !File.Exists(file))
{
    Console.Error.WriteLine("error: --model FILE names the pipeline; there is none. ml.Model.Save writes one.");
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
        body.Position = 0;
        return Results.Ok(scorer.Score(body));
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
