// Trains an image encoder in an ML.NET pipeline ("train"), and serves it over HTTP ("serve"). Only training needs libtorch.
using FashionAE.Extensions;

const string ModelFile = "model.zip";

try
{
    switch (args)
    {
        case ["train"] or ["train", _]:
            Training.Run(args.ElementAtOrDefault(1) ?? "data", ModelFile);
            return 0;
        case ["serve", ..] when !File.Exists(ModelFile):
            throw new FileNotFoundException($"There is no {ModelFile} in this folder: run 'train' in the same folder first.");
        case ["serve"] or ["serve", ['-', '-', ..], ..]:
            Service.Create(ModelFile, args[1..]).Run();
            return 0;
        default:
            Console.Error.WriteLine("Usage: train [FOLDER WITH FASHION-MNIST] | serve [--urls http://localhost:5000]");
            return 1;
    }
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or FormatException
    or InvalidOperationException or DllNotFoundException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}

/// <summary>Serves POST /encode, which accepts an image file and returns its latent vector.</summary>
public static class Service
{
    private const int LargestBody = 1 << 20;

    public static WebApplication Create(string model, string[] options)
    {
        var builder = WebApplication.CreateBuilder(options);
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = LargestBody);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning); // otherwise logs six lines per request
        builder.Services.AddAutoencoder("garments", model, o =>
        {
            o.Watch = true;                     // reload the model when its file changes
            o.Columns = ["Scaled"];
            o.Pixels.MaximumPixels = 4_000_000; // reject larger pictures undecoded: a small file can contain gigabytes of pixels
            builder.Configuration.Bind("autoencoder", o); // options such as --autoencoder:largestBatch 16
        });
        builder.Services.AddHealthChecks().AddAutoencoderCheck("garments");
        var app = builder.Build();
        // Log unexpected errors. The client gets no details, not even in development.
        app.UseExceptionHandler(failed => failed.Run(context => context.Response.WriteAsync("The service failed. See its log.\n")));
        app.MapHealthChecks("/health");
        // Accepts a light garment on a dark background, up to 4 million pixels.
        app.MapPost("/encode", async (IAutoencoderService garments, Stream picture, CancellationToken stop) =>
            (await garments.ScoreAsync(picture, stop))["Scaled"]).AddEndpointFilter(AnswerErrors);
        return app;
    }

    // Answers expected errors, such as a file that is not a picture, with one line of text.
    private static async ValueTask<object?> AnswerErrors(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        try
        {
            return await next(call);
        }
        catch (InvalidDataException e)
        {
            return Results.Text($"{e.Message}\n", statusCode: StatusCodes.Status400BadRequest);
        }
        catch (BadHttpRequestException e)
        {
            var line = $"{e.Message.TrimEnd('.')}: post a file of at most {LargestBody:N0} bytes.\n";
            return Results.Text(line, statusCode: e.StatusCode);
        }
        catch (AutoencoderBusyException e)
        {
            return Results.Text($"{e.Message}\n", statusCode: StatusCodes.Status429TooManyRequests);
        }
        catch (TimeoutException e)
        {
            return Results.Text($"{e.Message}\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
