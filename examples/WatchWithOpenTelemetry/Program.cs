// Trains an encoder, serves it in this process, and prints the metrics and traces of FashionAE. Replace the console exporter with your own.
using FashionAE.Extensions;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.ML;
using Microsoft.ML.Data;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddOpenTelemetry()
    .WithMetrics(metrics => metrics.AddMeter("FashionAE").AddConsoleExporter())
    .WithTracing(traces => traces.AddSource("FashionAE").AddConsoleExporter());
builder.Services.AddAutoencoder("garments", "garments.zip");
using var host = builder.Build();
host.Services.GetRequiredService<MeterProvider>();   // start measuring before the training
host.Services.GetRequiredService<TracerProvider>();

var ml = new MLContext(seed: 1).LogTo(host.Services.GetRequiredService<ILoggerFactory>());
var garments = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test);
using (var model = ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", latentSize: 2, epochs: 2).Fit(garments))
    ml.Model.Save(model, garments.Schema, "garments.zip");

await host.StartAsync();
var service = host.Services.GetRequiredService<IAutoencoderService>();
var pixels = garments.GetColumn<float[]>("Pixels").Take(8).ToArray();
await Task.WhenAll(pixels.Select(image => service.ScoreAsync(image, CancellationToken.None)));
await host.StopAsync();   // exports the metrics
