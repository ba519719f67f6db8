namespace FashionAE.Cli.Output;

/// <summary>Whether somebody watches.</summary>
internal static class Terminal
{
    public static bool IsInteractive => !Console.IsOutputRedirected;
}
