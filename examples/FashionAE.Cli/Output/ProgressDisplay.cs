using Spectre.Console;

namespace FashionAE.Cli.Output;

/// <summary>Shows how far a piece of work is: a bar on a terminal, nothing elsewhere.</summary>
internal static class ProgressDisplay
{
    /// <summary>Does the work, which says by its argument when one of its parts is done.</summary>
    public static void Show(string title, int parts, Action<Action> work)
    {
        if (Terminal.IsInteractive)
            Bars().Start(context =>
            {
                var task = context.AddTask(Markup.Escape(title), maxValue: parts);
                work(() => task.Increment(1));
            });
        else
            work(() => { });
    }

    public static Progress Bars() => AnsiConsole.Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn());
}
