namespace FashionAE.Cli.Tests.Support;

/// <summary>What a process printed and ended with.</summary>
internal sealed record CommandResult(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors);
