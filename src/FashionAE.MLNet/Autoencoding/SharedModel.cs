using System.Runtime.CompilerServices;

namespace FashionAE.MLNet;

/// <summary>A share of a model, which is freed with the last of its shares: those of transformers, and of passes under way.</summary>
/// <param name="model">The model.</param>
/// <param name="shares">How many shares there are; null for the first one.</param>
internal sealed class SharedModel(TrainedModel model, StrongBox<int>? shares = null) : IDisposable
{
    private readonly StrongBox<int> _shares = shares ?? new(1);
    private bool _isDisposed;

    public TrainedModel Model => model;

    /// <summary>Gets or sets what computes for the holder of this share.</summary>
    public ScoringEngine Engine { get; set; }

    /// <summary>Makes the share of another transformer.</summary>
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

    /// <summary>Calls a function with the model, which stays alive meanwhile, whoever disposes it.</summary>
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
