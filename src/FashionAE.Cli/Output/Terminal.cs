using Spectre.Console;

namespace FashionAE.Cli;

/// <summary>Shows progress bars on an interactive terminal, and nothing elsewhere.</summary>
internal static class Terminal
{
    // Open MPI always attaches a terminal to its processes, even if the output is redirected.
    public static bool IsInteractive => !Console.IsOutputRedirected && !MpiExchange.IsLaunched;

    /// <summary>Runs work that calls its argument after each part.</summary>
    public static void ShowProgress(string title, int parts, Action<Action> work)
    {
        if (IsInteractive)
            ProgressDisplay.Bars().Start(context =>
            {
                var task = context.AddTask(Markup.Escape(title), maxValue: parts);
                work(() => task.Increment(1));
            });
        else
            work(() => { });
    }
}

/// <summary>Creates the display of progress bars.</summary>
internal static class ProgressDisplay
{
    public static Progress Bars() => AnsiConsole.Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn());
}

/// <summary>Reports immediately on the calling thread, unlike Progress&lt;T&gt;.</summary>
internal sealed class Reporter<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
