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
    /// Registers a saved pipeline with an autoencoder as <see cref="IAutoencoderService"/> and as an embedding generator for pictures. A
    /// host loads the model when it starts, and fails to start if the model cannot be loaded. Without a host, the model is loaded when the
    /// service is first resolved.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="name">
    /// The key of the service. Use <c>[FromKeyedServices("name")]</c> to resolve it. The first registered service is also available without
    /// a key.
    /// </param>
    /// <param name="modelFile">The path of a file that <c>ml.Model.Save</c> wrote.</param>
    /// <param name="configure">The action that sets options; null for the defaults.</param>
    /// <returns>The same service collection.</returns>
    /// <exception cref="ArgumentException">The name or the path is empty, or the name is already registered.</exception>
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
            throw new ArgumentException($"A service with the name '{name}' is already registered: use another name.", nameof(name));
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
    /// Adds a health check of a registered autoencoder. The check scores a black image, or a vector of zeros, in the same queue as the
    /// requests. It is healthy if scoring succeeds, and degraded if the queue is full or the latest reload of the model failed. Its data
    /// contain the file, the time of loading, and the latest drift report.
    /// </summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The name of the registered service, which is also the name of the check.</param>
    /// <param name="failureStatus">The status if scoring fails; null for <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">The tags of the check.</param>
    /// <returns>The same health check builder.</returns>
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
