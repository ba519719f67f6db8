using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public class LoggingEventArgs : EventArgs
{
    public LoggingEventArgs(string message)
    {
        RawMessage = message;
    }

    public LoggingEventArgs(string message, ChannelMessageKind kind, string source)
    {
        (RawMessage, Kind, Source) = (message, kind, source);
    }

    public string RawMessage { get; }

    public ChannelMessageKind Kind { get; }

    public string Source { get; }

    public string Message => Source is null ? RawMessage : $"[Source={Source}, Kind={Kind}] {RawMessage}";
}
