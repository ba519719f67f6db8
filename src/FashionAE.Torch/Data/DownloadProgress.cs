namespace FashionAE.Torch;

/// <summary>How far a download is; reported whenever more of a file has come.</summary>
/// <param name="File">The name of the file, such as "train-images-idx3-ubyte.gz".</param>
/// <param name="Received">How many of its bytes have come.</param>
/// <param name="Length">How many there are; null where the server does not say.</param>
public sealed record DownloadProgress(string File, long Received, long? Length)
{
    /// <summary>
    /// Creates a progress that draws a bar for each file on the console's standard error; if that is redirected, it writes a line for each
    /// file. It writes nothing if nothing has to be fetched.
    /// </summary>
    /// <returns>What <see cref="FashionMnist.DownloadAsync"/> takes as its progress.</returns>
    public static IProgress<DownloadProgress> Bar() => new DownloadBar(Console.Error, Console.IsErrorRedirected);
}

/// <summary>Draws the bars; without a terminal, or without a length, there is one line for each file.</summary>
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
        // A bar that looks the same is not drawn again.
        if (!isNew && filled == _drawn)
            return;
        _drawn = filled;
        var bar = new string('#', filled).PadRight(Width, '.');
        output.Write(FormattableString.Invariant($"\r{value.File,-26} [{bar}] {received / 1e6:F1} of {length / 1e6:F1} MB"));
        if (received == length)
            output.WriteLine();
    }
}
