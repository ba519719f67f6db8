using FashionAE.Torch;

namespace FashionAE.Cli.Output;

/// <summary>Whether somebody watches.</summary>
internal static class Terminal
{
    // Open MPI gives its processes terminals wherever their output goes.
    public static bool IsInteractive => !Console.IsOutputRedirected && !MpiExchange.IsLaunched;
}
