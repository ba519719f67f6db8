using Microsoft.Extensions.Hosting;

namespace FashionAE.Extensions;

/// <summary>Loads the model when the host starts, and again whenever its file has changed.</summary>
internal sealed class AutoencoderHost(IAutoencoderService service, AutoencoderServiceOptions options, TimeProvider time) : BackgroundService
{
    // Times and lengths work wherever the file is, also on a network and behind the links of a container's volume.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Watch)
            return;
        using var timer = new PeriodicTimer(options.WatchInterval, time);
        var (loaded, seen) = (Look(), Look());
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var before = seen;
            seen = Look();
            // While it is being written it changes.
            if (seen is null || seen == loaded || seen != before)
                continue;
            loaded = seen;
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

    private (DateTime Written, long Length)? Look()
    {
        try
        {
            var file = new FileInfo(options.ModelFile);
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return file.Exists ? (file.LastWriteTimeUtc, file.Length) : null;
        }
        catch (IOException)
        {
            return null; // it is being replaced
        }
    }
}
