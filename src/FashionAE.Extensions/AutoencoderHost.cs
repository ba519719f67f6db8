using Microsoft.Extensions.Hosting;

namespace FashionAE.Extensions;

/// <summary>Loads the model when the host starts, and reloads it when its file changes.</summary>
internal sealed class AutoencoderHost(AutoencoderService service, AutoencoderServiceOptions options, TimeProvider time) : BackgroundService
{
    private const int TicksToRetry = 10;

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
            // A host that is disposed without being stopped would log this exception as a failure.
        }
    }

    private async Task WatchAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.WatchInterval, time);
        var (seen, pause) = (FileVersion.Of(options.ModelFile), 0);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            var before = seen;
            seen = FileVersion.Of(options.ModelFile);
            pause = seen == before ? pause - 1 : 0;
            if (seen == service.Version)
                service.ForgetReloadError();
            // Wait until the file has not changed for one interval: another program may still be writing it.
            if (seen is null || seen == service.Version || seen != before || pause > 0)
                continue;
            try
            {
                await service.ReloadAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (InvalidDataException)
            {
                // The service logged the error and keeps its model. Retry later, because another program may have locked the file.
                pause = TicksToRetry;
            }
        }
    }
}
