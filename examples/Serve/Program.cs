// Scores pictures over HTTP: returns the columns that a saved pipeline adds. Uses ONNX Runtime, without libtorch.
//   Serve --model garments.zip --urls http://localhost:5000
//   curl --data-binary @garment.png http://localhost:5000/score
// When garments.zip changes, the running service loads the new model.
using System.Text.Json;
using FashionAE.Extensions;

var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = 1 << 20);
if (builder.Configuration["model"] is not { } file || !File.Exists(file))
{
    Console.Error.WriteLine("error: the model file is missing: set --model to a file that ml.Model.Save wrote.");
    return 2;
}
builder.Services.AddAutoencoder("garments", file, o =>
{
    o.Watch = true;
    o.Pixels.MaximumPixels = 4_000_000; // reject larger pictures undecoded: a small file can contain gigabytes of pixels
    builder.Configuration.Bind("autoencoder", o); // options such as --autoencoder:largestBatch 16
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

// Maps errors that the client can fix to a status. All other errors are logged.
static int? StatusOf(Exception error) => error switch
{
    InvalidDataException => StatusCodes.Status400BadRequest,
    AutoencoderBusyException => StatusCodes.Status429TooManyRequests,
    TimeoutException => StatusCodes.Status503ServiceUnavailable,
    BadHttpRequestException bad => bad.StatusCode, // 413 if the body is too large
    _ => null,
};
