using FashionAE.Extensions;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers trained autoencoders as services.</summary>
public static class AutoencoderServiceCollectionExtensions
{
    /// <summary>
    /// Registers a saved autoencoder, or a pipeline with one, as <see cref="IAutoencoderService"/> and as embedding generator of
    /// pictures. A host loads it when it starts, and fails where it cannot; without a host it is loaded when it is first asked for.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="name">
    /// The key of the service. The first one that is registered is also found without a key; others by
    /// <c>[FromKeyedServices("name")]</c>.
    /// </param>
    /// <param name="modelFile">The file of <c>ml.Model.Save</c>.</param>
    /// <param name="configure">Sets options.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="ArgumentException">The name or the file is empty, or the name is registered already.</exception>
    /// <example>
    /// <code>
    /// builder.Services.AddAutoencoder("garments", "model.zip", o => { o.Watch = true; o.LargestBatch = 64; });
    /// builder.Services.AddHealthChecks().AddAutoencoderCheck("garments");
    /// </code>
    /// </example>
    public static IServiceCollection AddAutoencoder(
        this IServiceCollection services, string name, string modelFile, Action<AutoencoderServiceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(modelFile);
        if (services.Any(service => service.ServiceType == typeof(AutoencoderService) && name.Equals(service.ServiceKey)))
            throw new ArgumentException($"A service with the name '{name}' is registered already: give this one another.", nameof(name));
        services.AddOptions<AutoencoderServiceOptions>(name).Configure(options => options.ModelFile = modelFile)
            .Configure(options => configure?.Invoke(options));
        services.AddKeyedSingleton(name, (provider, _) => new AutoencoderService(
            name, Options(provider, name), provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance, Time(provider)));
        services.AddKeyedSingleton<IAutoencoderService>(name, (provider, _) => Service(provider, name));
        services.AddKeyedSingleton<IEmbeddingGenerator<DataContent, Embedding<float>>>(name, (provider, _) =>
            new AutoencoderEmbeddingGenerator(Service(provider, name), Options(provider, name)));
        services.TryAddSingleton<IAutoencoderService>(provider => Service(provider, name));
        services.TryAddSingleton(provider =>
            provider.GetRequiredKeyedService<IEmbeddingGenerator<DataContent, Embedding<float>>>(name));
        return services.AddSingleton<IHostedService>(provider =>
            new AutoencoderHost(Service(provider, name), Options(provider, name), Time(provider)));
    }

    /// <summary>
    /// Adds a check of a registered autoencoder: healthy if a black image is scored among the requests, degraded if too many of those are
    /// waiting, or if the service keeps its old model because a reload failed. Its data have the file, the time when it was loaded, and
    /// what a drift monitor has found.
    /// </summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The name by which the service was registered, which becomes the name of the check.</param>
    /// <param name="failureStatus">The status when it cannot score; null for unhealthy.</param>
    /// <param name="tags">Tags of the check.</param>
    /// <returns>The same health checks.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static IHealthChecksBuilder AddAutoencoderCheck(
        this IHealthChecksBuilder builder, string name, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return builder.Add(new HealthCheckRegistration(
            name, provider => new AutoencoderHealthCheck(Service(provider, name)), failureStatus, tags));
    }

    private static AutoencoderService Service(IServiceProvider provider, string name) =>
        provider.GetRequiredKeyedService<AutoencoderService>(name);

    private static AutoencoderServiceOptions Options(IServiceProvider provider, string name) =>
        provider.GetRequiredService<IOptionsMonitor<AutoencoderServiceOptions>>().Get(name);

    private static TimeProvider Time(IServiceProvider provider) => provider.GetService<TimeProvider>() ?? TimeProvider.System;
}
