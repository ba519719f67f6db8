using Microsoft.Extensions.Hosting;

namespace FashionAE.Extensions;

/// <summary>Loads the model when the host starts, and again whenever its file has changed.</summary>
internal sealed class AutoencoderHost(AutoencoderService service, AutoencoderServiceOptions options, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Watch)
            return;
        try
        {
            await WatchAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A host that is disposed without being stopped would log it as a failure.
        }
    }

    private async Task WatchAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.WatchInterval, time);
        var (tried, seen) = (service.Version, FileVersion.Of(options.ModelFile));
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var before = seen;
            seen = FileVersion.Of(options.ModelFile);
            // While it is being written it changes.
            if (seen is not { } version || version == service.Version || version == tried || seen != before)
                continue;
            tried = version;
            try
            {
                await service.ReloadAsync(stoppingToken);
            }
            catch (InvalidDataException)
            {
                // The service has logged it, and keeps its model.
            }
        }
    }
}
