using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Where every pipeline begins: the catalogs of components, the log, and the seed of all randomness.</summary>
public sealed class MLContext : IHostEnvironment
{
    private readonly Host _environment;

    public MLContext(int? seed = null)
    {
        ComponentCatalog = new ComponentCatalog();
        _environment = new Host("", seed ?? Random.Shared.Next(), ComponentCatalog, (message, source) =>
            Log?.Invoke(this, new LoggingEventArgs(message.Message, message.Kind, source)));
        Data = new DataOperationsCatalog(_environment);
        Transforms = new TransformsCatalog(_environment);
        Model = new ModelOperationsCatalog(_environment);
        AnomalyDetection = new AnomalyDetectionCatalog(_environment);
        Clustering = new ClusteringCatalog(_environment);
        MulticlassClassification = new MulticlassClassificationCatalog(_environment);
    }

    public event EventHandler<LoggingEventArgs> Log;

    public ComponentCatalog ComponentCatalog { get; }

    public DataOperationsCatalog Data { get; }

    public ModelOperationsCatalog Model { get; }

    public AnomalyDetectionCatalog AnomalyDetection { get; }

    public ClusteringCatalog Clustering { get; }

    public MulticlassClassificationCatalog MulticlassClassification { get; }

    public TransformsCatalog Transforms { get; }

    string IExceptionContext.ContextDescription => _environment.ContextDescription;

    IHost IHostEnvironment.Register(string name, int? seed, bool? verbose) => _environment.Register(name, seed, verbose);

    IChannel IChannelProvider.Start(string name) => _environment.Start(name);

    IPipe<TMessage> IChannelProvider.StartPipe<TMessage>(string name) => _environment.StartPipe<TMessage>(name);

    TException IExceptionContext.Process<TException>(TException ex) => _environment.Process(ex);
}
