using FashionAE.Cli.Commands;
using FashionAE.Cli.Output;
using FashionAE.Torch;

namespace FashionAE.Cli;

/// <summary>Finds Fashion-MNIST, or fetches it.</summary>
internal static class DataSource
{
    private const string OtherWays = $"install the Debian package dataset-fashion-mnist, or name a folder that holds its four files by --data or ${FashionMnist.DirectoryVariable}.";

    public static string? NamedByVariable => Environment.GetEnvironmentVariable(FashionMnist.DirectoryVariable) is { Length: > 0 } named ? named : null;

    /// <summary>The folder that holds the data set, which is fetched where it is in none of the usual places.</summary>
    /// <exception cref="IOException">The folder that was named does not have it, or it cannot be fetched.</exception>
    public static string Find(string? directory)
    {
        if (FashionMnist.Locate(directory) is { } found)
            return found;
        // A folder that was named must have it: nothing else is taken in its place.
        return (directory ?? NamedByVariable) is { } named
            ? throw new DirectoryNotFoundException($"Fashion-MNIST was not found in {named}: fetch it with 'fashionae download --data {named}', {OtherWays}")
            : Fetch(null, null);
    }

    /// <summary>Fetches the data set into a folder, or from an address, or into and from the usual ones.</summary>
    /// <exception cref="IOException">It cannot be fetched or kept; the message says what to do.</exception>
    public static string Fetch(string? directory, Uri? source)
    {
        (directory, source) = (directory ?? FashionMnist.DownloadDirectory, source ?? FashionMnist.Source);
        Console.Error.WriteLine($"Fetching Fashion-MNIST from {source} to {directory}");
        using var interruption = new Interruption();
        try
        {
            DownloadDisplay.Show(progress =>
                FashionMnist.DownloadAsync(directory, source, progress: progress, cancellationToken: interruption.Token).GetAwaiter().GetResult());
            return directory;
        }
        catch (Exception e) when (e is HttpRequestException or InvalidDataException)
        {
            throw new IOException(
                $"Fashion-MNIST could not be fetched from {source} ({Reason(e is HttpRequestException { InnerException: { } cause } ? cause : e)}): "
                + $"run 'fashionae download' again, or with --from another address, {OtherWays}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"Fashion-MNIST could not be kept in {directory} ({Reason(e)}): make room or change its permissions, or name another folder as in 'fashionae download --data DIR'.", e);
        }
    }

    private static string Reason(Exception error) => ErrorMessage.ReasonOf(error).TrimEnd('.');
}
