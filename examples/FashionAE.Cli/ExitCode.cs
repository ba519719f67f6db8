namespace FashionAE.Cli;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Usage = 2;

    /// <summary>What shells expect of a process that Ctrl-C ended.</summary>
    public const int Interrupted = 130;
}
