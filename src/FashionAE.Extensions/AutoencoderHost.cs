using Microsoft.Extensions.Hosting;

namespace FashionAE.Extensions;

/// <summary>Loads the model when the host starts, and again whenever its file has changed.</summary>
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
            // A host that is disposed without being stopped would log it as a failure.
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
            // While it is being written it changes.
            if (seen is null || seen == service.Version || seen != before || pause > 0)
                continue;
            try
            {
                await service.ReloadAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (InvalidDataException)
            {
                // The service has logged it, and keeps its model. Another program may hold the file.
                pause = TicksToRetry;
            }
        }
    }
}
