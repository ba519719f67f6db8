namespace TorchSharp;

/// <summary>Frees the tensors that its thread made while it was the innermost scope, unless they were moved out.</summary>
public sealed class DisposeScope : IDisposable
{
    [ThreadStatic] private static DisposeScope? _current;

    private readonly DisposeScope? _outer;
    private HashSet<IDisposable> _disposables = new(ReferenceEqualityComparer.Instance);
    private bool _hasEnded;

    private DisposeScope(DisposeScope? outer) => _outer = outer;

    internal static DisposeScope? Current => _current;

    public int DisposablesCount => _disposables.Count;

    public void Attach(IDisposable disposable)
    {
        if (disposable is not torch.Tensor tensor)
        {
            _disposables.Add(disposable);
            return;
        }
        tensor.Scope?._disposables.Remove(tensor);
        tensor.Scope = this;
        _disposables.Add(tensor);
    }

    public T Detach<T>(T disposable)
        where T : IDisposable
    {
        if (_disposables.Remove(disposable) && disposable is torch.Tensor tensor)
            tensor.Scope = null;
        return disposable;
    }

    public bool Contains(IDisposable disposable) => _disposables.Contains(disposable);

    public T MoveToOuter<T>(T disposable)
        where T : IDisposable
    {
        if (!_disposables.Contains(disposable))
            return disposable;
        Detach(disposable);
        Living(_outer)?.Attach(disposable);
        return disposable;
    }

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable => (MoveToOuter(first), MoveToOuter(second));

    public void DisposeEverything()
    {
        var disposables = _disposables;
        _disposables = new(ReferenceEqualityComparer.Instance);
        foreach (var disposable in disposables)
        {
            if (disposable is torch.Tensor tensor)
                tensor.Scope = null;
            disposable.Dispose();
        }
    }

    public void Dispose()
    {
        DisposeEverything();
        _hasEnded = true;
        // Scopes can end in any order: one that has ended is never the current one.
        _current = Living(_current);
    }

    internal static DisposeScope Begin() => _current = new DisposeScope(_current);

    private static DisposeScope? Living(DisposeScope? scope)
    {
        while (scope is { _hasEnded: true })
            scope = scope._outer;
        return scope;
    }

    internal void Forget(torch.Tensor tensor) => _disposables.Remove(tensor);
}
