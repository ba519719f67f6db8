namespace Microsoft.ML.Runtime;

public readonly struct ChannelMessage
{
    public readonly ChannelMessageKind Kind;
    public readonly MessageSensitivity Sensitivity;
    private readonly string _format;
    private readonly object[] _args;

    internal ChannelMessage(ChannelMessageKind kind, MessageSensitivity sensitivity, string format, object[] args = null) =>
        (Kind, Sensitivity, _format, _args) = (kind, sensitivity, format, args);

    public string Message => _args is { Length: > 0 } ? string.Format(_format, _args) : _format;
}
