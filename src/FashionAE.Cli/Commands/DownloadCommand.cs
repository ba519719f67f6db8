namespace FashionAE.Cli;

/// <summary>The command <c>fashionae download</c>.</summary>
internal static class DownloadCommand
{
    public static Command Create()
    {
        var command = new Command("download", "Downloads Fashion-MNIST if it is missing, and verifies the files.");
        var data = command.Option<string?>(
            "--data", $"Store the files in this folder. Default: ${FashionMnist.DirectoryVariable} if set,"
            + $" otherwise {FashionMnist.DownloadDirectory}.", "DIR");
        var from = command.Option<string?>(
            "--from", "Download the four .gz files from this address, which begins with http:// or https://."
            + $" Default: ${FashionMnist.SourceVariable} if set, otherwise the publisher's site.", "URL");
        from.Check(result => result.GetValue(from) is { } text
            && !(Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            ? $"{from.Name} is '{text}'; it must be an address that begins with http:// or https://."
            : null);
        command.SetAction(parsed =>
        {
            var named = parsed.GetValue(data) ?? DataSource.NamedByVariable;
            var address = parsed.GetValue(from) is { } text ? new Uri(text) : null;
            var found = FashionMnist.Locate(named) ?? DataSource.Download(named, address);
            Console.WriteLine($"Fashion-MNIST is in {found}");
            return ExitCode.Success;
        });
        return command;
    }
}

/// <summary>Finds or downloads Fashion-MNIST.</summary>
internal static class DataSource
{
    private const string OtherWays = "install the Debian package dataset-fashion-mnist,"
        + $" or set --data or ${FashionMnist.DirectoryVariable} to a folder that holds its four files.";

    public static string? NamedByVariable =>
        Environment.GetEnvironmentVariable(FashionMnist.DirectoryVariable) is { Length: > 0 } named ? named : null;

    /// <summary>Finds the folder of the data set. If no folder is specified, downloads a missing data set.</summary>
    /// <exception cref="IOException">The specified folder does not hold the data set, or the download failed.</exception>
    public static string Find(string? directory)
    {
        if (FashionMnist.Locate(directory) is { } found)
            return found;
        // A folder that the user specified must hold the data set: no other folder replaces it.
        return (directory ?? NamedByVariable) is { } named
            ? throw new DirectoryNotFoundException(
                $"Fashion-MNIST was not found in {named}: download it with 'fashionae download --data {named}', {OtherWays}")
            : Download(null, null);
    }

    /// <summary>Downloads the data set. A null folder or address stands for the default.</summary>
    public static string Download(string? directory, Uri? source)
    {
        (directory, source) = (directory ?? FashionMnist.DownloadDirectory, source ?? FashionMnist.Source);
        Console.Error.WriteLine($"Downloading Fashion-MNIST from {source} to {directory}");
        using var interruption = new Interruption();
        try
        {
            var progress = Terminal.IsInteractive ? DownloadProgress.Bar() : null;
            var download = FashionMnist.DownloadAsync(directory, source, progress: progress, cancellationToken: interruption.Token);
            download.GetAwaiter().GetResult();
            return directory;
        }
        catch (Exception e) when (e is HttpRequestException or InvalidDataException)
        {
            throw new IOException(
                $"Fashion-MNIST could not be downloaded from {source} ({Reason((e as HttpRequestException)?.InnerException ?? e)}): "
                + $"run 'fashionae download' again, set --from to another address, {OtherWays}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"Fashion-MNIST could not be stored in {directory} ({Reason(e)}): free some space, change its permissions, "
                + "or choose another folder with 'fashionae download --data DIR'.", e);
        }
    }

    private static string Reason(Exception error) => ErrorMessage.ReasonOf(error).TrimEnd('.');
}
