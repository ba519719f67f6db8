namespace FashionAE.Extensions;

/// <summary>
/// A served autoencoder has too many requests waiting, see <see cref="AutoencoderServiceOptions.QueueLength"/>. A web service answers it
/// with status 429 or 503; the caller may try again later.
/// </summary>
public sealed class AutoencoderBusyException : Exception
{
    /// <summary>Makes the exception.</summary>
    public AutoencoderBusyException()
        : this("Too many requests are waiting: try again later.")
    {
    }

    /// <inheritdoc cref="AutoencoderBusyException()"/>
    /// <param name="message">The message.</param>
    public AutoencoderBusyException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="AutoencoderBusyException(string)"/>
    /// <param name="innerException">The cause.</param>
    public AutoencoderBusyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
