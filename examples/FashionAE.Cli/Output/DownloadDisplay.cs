using FashionAE.Torch;
using Spectre.Console;

namespace FashionAE.Cli.Output;

/// <summary>Shows a download: a bar for each file on a terminal, nothing elsewhere.</summary>
internal static class DownloadDisplay
{
    public static void Show(Action<IProgress<DownloadProgress>?> download)
    {
        if (!Terminal.IsInteractive)
        {
            download(null);
            return;
        }
        ProgressDisplay.Bars().Start(context =>
        {
            var bars = new Dictionary<string, ProgressTask>();
            download(new Reporter<DownloadProgress>(progress =>
            {
                if (!bars.TryGetValue(progress.File, out var bar))
                    bars.Add(progress.File, bar = context.AddTask(Markup.Escape(progress.File)));
                bar.IsIndeterminate = progress.Length is null;
                bar.MaxValue = progress.Length ?? double.MaxValue;
                bar.Value = progress.Received;
            }));
        });
    }
}
