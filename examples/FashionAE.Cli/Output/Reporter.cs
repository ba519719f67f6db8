namespace FashionAE.Cli.Output;

/// <summary>Reports at once and on the work's own thread, unlike Progress&lt;T&gt;.</summary>
internal sealed class Reporter<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
