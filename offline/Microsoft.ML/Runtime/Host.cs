namespace Microsoft.ML.Runtime;

/// <summary>The environment that all components of a context share, and the part of it that one component is given.</summary>
internal sealed class Host : IHost
{
    private readonly string _name;
    private readonly int _seed;
    private readonly Action<ChannelMessage, string> _listener;

    public Host(string name, int seed, ComponentCatalog catalog, Action<ChannelMessage, string> listener)
    {
        (_name, _seed, ComponentCatalog, _listener) = (name, seed, catalog, listener);
        Rand = new Random(seed);
    }

    public ComponentCatalog ComponentCatalog { get; }

    public Random Rand { get; }

    public string ContextDescription => _name;

    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new Host(_name.Length == 0 ? name : $"{_name}; {name}", seed ?? _seed, ComponentCatalog, _listener);
    }

    public IChannel Start(string name) => new Channel(_name.Length == 0 ? name : $"{_name}; {name}", _listener);

    public IPipe<TMessage> StartPipe<TMessage>(string name) =>
        Start(name) as IPipe<TMessage> ?? throw new NotSupportedException($"There are no pipes of {typeof(TMessage)}.");

    public TException Process<TException>(TException ex)
        where TException : Exception => ex;
}
