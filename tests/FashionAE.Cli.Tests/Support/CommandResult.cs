namespace FashionAE.Cli.Tests.Support;

/// <summary>The output and the exit code of a process.</summary>
internal sealed record CommandResult(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors);
