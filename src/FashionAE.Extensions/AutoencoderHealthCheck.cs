using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FashionAE.Extensions;

/// <summary>Checks a service by scoring a black image, or a vector of zeros, in the same queue as the requests.</summary>
internal sealed class AutoencoderHealthCheck(AutoencoderService service) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var model = service.Model;
        var data = new Dictionary<string, object> { ["file"] = model.File, ["loadedAt"] = model.LoadedAt };
        if (model.Drift is { } drift)
            (data["isDriftAlarm"], data["drift"]) = (drift.IsAlarm, $"{drift}");
        try
        {
            await service.ProbeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (AutoencoderBusyException e)
        {
            return HealthCheckResult.Degraded(e.Message, e, data);
        }
#pragma warning disable CA1031 // The exception is the result of the check.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new HealthCheckResult(context.Registration.FailureStatus, e.Message, e, data);
        }
        return model.ReloadError is { } error
            ? HealthCheckResult.Degraded($"The service keeps its old model: {error}", null, data)
            : HealthCheckResult.Healthy(null, data);
    }
}
