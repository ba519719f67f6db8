using Microsoft.Extensions.Logging;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Forwards the log messages of ML.NET to the loggers of a program.</summary>
public static class AutoencoderMLContextExtensions
{
    /// <summary>
    /// Forwards all further log messages of ML.NET and FashionAE to an <see cref="ILogger"/>. The category is "Microsoft.ML." followed by
    /// the name of the component, such as "Microsoft.ML.AutoencoderTransformer". The trace messages that ML.NET writes for every batch have
    /// the level <see cref="LogLevel.Trace"/>.
    /// </summary>
    /// <param name="context">The context.</param>
    /// <param name="loggers">The logger factory of the program.</param>
    /// <returns>The same context.</returns>
    public static MLContext LogTo(this MLContext context, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(loggers);
        context.Log += (_, message) => Write(loggers, message);
        return context;
    }

    private static void Write(ILoggerFactory loggers, LoggingEventArgs message)
    {
        var level = message.Kind switch
        {
            ChannelMessageKind.Error => LogLevel.Error,
            ChannelMessageKind.Warning => LogLevel.Warning,
            ChannelMessageKind.Info => LogLevel.Information,
            _ => LogLevel.Trace,
        };
        try
        {
            // A source such as "AutoencoderTransformer; Cursor" consists of the component and its part.
            var logger = loggers.CreateLogger($"Microsoft.ML.{message.Source.Split(';')[0]}");
            if (logger.IsEnabled(level))
                logger.Log(level, default, message.RawMessage, null, (text, _) => text);
        }
        catch (ObjectDisposedException)
        {
            // The program is ending, and has disposed its logger factory before its models.
        }
    }
}
