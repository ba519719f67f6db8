// Scores garments over HTTP: a picture comes in, the columns that a saved pipeline adds go out. ONNX Runtime computes them, without libtorch.
//   Serve --model garments.zip --urls http://localhost:5000
//   curl --data-binary @garment.png http://localhost:5000/score
// A new garments.zip in the place of the old one is loaded while the service runs.
using System.Text.Json;
using FashionAE.Extensions;

var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = 1 << 20);
if (builder.Configuration["model"] is not { } file || !File.Exists(file))
{
    Console.Error.WriteLine("error: --model FILE names the pipeline; there is none. ml.Model.Save writes one.");
    return 2;
}
builder.Services.AddAutoencoder("garments", file, o =>
{
    o.Watch = true;
    o.Pixels.MaximumPixels = 4_000_000; // the header is read first: a small file can hold a picture of gigabytes
    builder.Configuration.Bind("autoencoder", o); // such as --autoencoder:largestBatch 16
});
builder.Services.AddHealthChecks().AddAutoencoderCheck("garments");
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.DictionaryKeyPolicy = JsonNamingPolicy.CamelCase);

var app = builder.Build();
app.MapHealthChecks("/health");
app.MapPost("/score", (IAutoencoderService garments, Stream picture, CancellationToken stop) => garments.ScoreAsync(picture, stop))
    .AddEndpointFilter(async (call, next) =>
    {
        try
        {
            return await next(call);
        }
        catch (Exception e) when (StatusOf(e) is { } status)
        {
            return Results.Text(e.Message, statusCode: status);
        }
    });
try
{
    app.Run();
    return 0;
}
catch (InvalidDataException e)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 2;
}

// What a client can do something about; all else is in the log.
static int? StatusOf(Exception error) => error switch
{
    InvalidDataException => StatusCodes.Status400BadRequest,
    AutoencoderBusyException => StatusCodes.Status429TooManyRequests,
    TimeoutException => StatusCodes.Status503ServiceUnavailable,
    BadHttpRequestException bad => bad.StatusCode, // 413 where the body is too large
    _ => null,
};
