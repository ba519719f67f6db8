using Spectre.Console;

namespace FashionAE.Cli;

/// <summary>Shows how far a piece of work is: bars where somebody watches, nothing elsewhere.</summary>
internal static class Terminal
{
    // Open MPI gives its processes terminals wherever their output goes.
    public static bool IsInteractive => !Console.IsOutputRedirected && !MpiExchange.IsLaunched;

    /// <summary>Does the work, which says by its argument when one of its parts is done.</summary>
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

/// <summary>Makes what bars are drawn with.</summary>
internal static class ProgressDisplay
{
    public static Progress Bars() => AnsiConsole.Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn());
}

/// <summary>Reports at once and on the work's own thread, unlike Progress&lt;T&gt;.</summary>
internal sealed class Reporter<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
