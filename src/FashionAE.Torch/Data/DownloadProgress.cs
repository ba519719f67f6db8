namespace FashionAE.Torch;

/// <summary>The progress of a download, reported each time more of a file was received.</summary>
/// <param name="File">The name of the file, such as "train-images-idx3-ubyte.gz".</param>
/// <param name="Received">The number of received bytes.</param>
/// <param name="Length">The total number of bytes; null if the server does not report it.</param>
public sealed record DownloadProgress(string File, long Received, long? Length)
{
    /// <summary>
    /// Creates a progress receiver that draws a bar for each file on standard error. If standard error is redirected or the length of a
    /// file is unknown, the receiver writes one line for the file. If nothing has to be downloaded, it writes nothing.
    /// </summary>
    /// <returns>The progress receiver, for <see cref="FashionMnist.DownloadAsync"/>.</returns>
    public static IProgress<DownloadProgress> Bar() => new DownloadBar(Console.Error, Console.IsErrorRedirected);
}

/// <summary>Draws the bars. Without a terminal, or if the length is unknown, it writes one line for each file.</summary>
internal sealed class DownloadBar(TextWriter output, bool isRedirected) : IProgress<DownloadProgress>
{
    private const int Width = 30;

    private string? _file;
    private int _drawn;

    public void Report(DownloadProgress value)
    {
        var isNew = value.File != _file;
        _file = value.File;
        if (isRedirected || value.Length is not > 0)
        {
            if (isNew)
                output.WriteLine(value.Length is { } size ? FormattableString.Invariant($"{value.File}, {size / 1e6:F1} MB") : value.File);
            return;
        }
        var (received, length) = (value.Received, value.Length.Value);
        var filled = (int)(Width * received / length);
        // Do not redraw an unchanged bar.
        if (!isNew && filled == _drawn)
            return;
        _drawn = filled;
        var bar = new string('#', filled).PadRight(Width, '.');
        output.Write(FormattableString.Invariant($"\r{value.File,-26} [{bar}] {received / 1e6:F1} of {length / 1e6:F1} MB"));
        if (received == length)
            output.WriteLine();
    }
}
