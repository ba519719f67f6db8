using System.Runtime.CompilerServices;

namespace FashionAE.MLNet;

/// <summary>
/// A share of a model. Transformers and running passes hold shares, and the model is freed when the last share is disposed.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="shares">The number of shares; null for the first share.</param>
internal sealed class SharedModel(TrainedModel model, StrongBox<int>? shares = null) : IDisposable
{
    private readonly StrongBox<int> _shares = shares ?? new(1);
    private bool _isDisposed;

    public TrainedModel Model => model;

    /// <summary>Gets or sets the engine that the holder of this share uses.</summary>
    public ScoringEngine Engine { get; set; }

    /// <summary>Creates another share.</summary>
    /// <exception cref="ObjectDisposedException">This share has been disposed.</exception>
    public SharedModel Share()
    {
        lock (_shares)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(AutoencoderTransformer));
            _shares.Value++;
        }
        return new SharedModel(Model, _shares) { Engine = Engine };
    }

    /// <summary>Calls a function with the model. The model stays alive during the call, even if its transformers are disposed.</summary>
    /// <exception cref="ObjectDisposedException">This share has been disposed.</exception>
    public TResult Use<TResult>(Func<TrainedModel, TResult> use)
    {
        using var share = Share();
        return use(Model);
    }

    public void Dispose()
    {
        lock (_shares)
        {
            if (!_isDisposed && --_shares.Value == 0)
                Model.Dispose();
            _isDisposed = true;
        }
    }
}
