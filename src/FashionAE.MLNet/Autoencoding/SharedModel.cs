using System.Runtime.CompilerServices;

namespace FashionAE.MLNet;

/// <summary>
/// A transformer's share of a model. The model is freed when the last of those that hold it lets go: transformers, and passes that are
/// under way.
/// </summary>
internal sealed class SharedModel : IDisposable
{
    private readonly StrongBox<int> _holders;
    private bool _isDisposed;

    public SharedModel(Autoencoder model)
        : this(model, new StrongBox<int>(1)) => model.eval();

    private SharedModel(Autoencoder model, StrongBox<int> holders) => (Model, _holders) = (model, holders);

    public Autoencoder Model { get; }

    /// <summary>Makes the share of another transformer.</summary>
    /// <exception cref="ObjectDisposedException">This share has been disposed.</exception>
    public SharedModel Share()
    {
        lock (_holders)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(AutoencoderTransformer));
            _holders.Value++;
        }
        return new SharedModel(Model, _holders);
    }

    /// <summary>Calls a function with the model, which stays alive meanwhile, whoever disposes it.</summary>
    /// <exception cref="ObjectDisposedException">This share has been disposed.</exception>
    public TResult Use<TResult>(Func<Autoencoder, TResult> use)
    {
        using var share = Share();
        return use(Model);
    }

    public void Dispose()
    {
        lock (_holders)
        {
            if (!_isDisposed && --_holders.Value == 0)
                Model.Dispose();
            _isDisposed = true;
        }
    }
}
