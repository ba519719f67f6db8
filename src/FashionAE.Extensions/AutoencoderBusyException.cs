namespace FashionAE.Extensions;

/// <summary>
/// The exception that is thrown when more requests wait than <see cref="AutoencoderServiceOptions.QueueLength"/> allows. A web service
/// should respond with status 429 or 503. The caller can try again later.
/// </summary>
public sealed class AutoencoderBusyException : Exception
{
    /// <summary>Initializes a new instance of the <see cref="AutoencoderBusyException"/> class.</summary>
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
    /// <param name="innerException">The exception that is the cause of this exception.</param>
    public AutoencoderBusyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
