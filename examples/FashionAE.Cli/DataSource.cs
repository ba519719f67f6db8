using FashionAE.Torch.Data;

namespace FashionAE.Cli;

/// <summary>Finds Fashion-MNIST, or fetches it.</summary>
internal static class DataSource
{
    /// <summary>The folder that holds the data set.</summary>
    public static string? Find(string? directory)
    {
        // A folder that was named must have it: nothing else is taken in its place.
        if (directory is not null || Environment.GetEnvironmentVariable(FashionMnist.DirectoryVariable) is { Length: > 0 })
            return directory;
        if (FashionMnist.Locate() is { } found)
            return found;

        Console.Error.WriteLine($"Fetching Fashion-MNIST from {FashionMnist.Source} to {FashionMnist.DownloadDirectory}");
        try
        {
            return FashionMnist.DownloadAsync().GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            throw new IOException(
                $"Fashion-MNIST could not be fetched from {FashionMnist.Source} ({e.Message.TrimEnd('.')}): install the Debian package "
                + "dataset-fashion-mnist, or name the folder that holds its four files by --data.", e);
        }
    }
}
