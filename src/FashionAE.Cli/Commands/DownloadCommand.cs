namespace FashionAE.Cli;

/// <summary>fashionae download</summary>
internal static class DownloadCommand
{
    public static Command Create()
    {
        var command = new Command("download", "Fetches Fashion-MNIST where it is not there yet, and checks it.");
        var data = command.Option<string?>(
            "--data", $"The folder to keep the files in; unless given the one that ${FashionMnist.DirectoryVariable} names,"
            + $" else {FashionMnist.DownloadDirectory}.", "DIR");
        var from = command.Option<string?>(
            "--from", $"The address of a folder with the four .gz files; unless given the one that ${FashionMnist.SourceVariable} names,"
            + " else the publisher's.", "URL");
        from.Check(result => result.GetValue(from) is { } text
            && !(Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            ? $"{from.Name} takes an address that begins with http:// or https://, not '{text}'."
            : null);
        command.SetAction(parsed =>
        {
            var named = parsed.GetValue(data) ?? DataSource.NamedByVariable;
            var address = parsed.GetValue(from) is { } text ? new Uri(text) : null;
            var found = FashionMnist.Locate(named) ?? DataSource.Fetch(named, address);
            Console.WriteLine($"Fashion-MNIST is in {found}");
            return ExitCode.Success;
        });
        return command;
    }
}

/// <summary>Finds Fashion-MNIST, or fetches it.</summary>
internal static class DataSource
{
    private const string OtherWays = "install the Debian package dataset-fashion-mnist,"
        + $" or name a folder that holds its four files by --data or ${FashionMnist.DirectoryVariable}.";

    public static string? NamedByVariable =>
        Environment.GetEnvironmentVariable(FashionMnist.DirectoryVariable) is { Length: > 0 } named ? named : null;

    /// <summary>The folder that holds the data set, which is fetched where it is in none of the usual places.</summary>
    public static string Find(string? directory)
    {
        if (FashionMnist.Locate(directory) is { } found)
            return found;
        // A folder that was named must have it: nothing else is taken in its place.
        return (directory ?? NamedByVariable) is { } named
            ? throw new DirectoryNotFoundException(
                $"Fashion-MNIST was not found in {named}: fetch it with 'fashionae download --data {named}', {OtherWays}")
            : Fetch(null, null);
    }

    /// <summary>Fetches the data set into a folder, or from an address, or into and from the usual ones.</summary>
    public static string Fetch(string? directory, Uri? source)
    {
        (directory, source) = (directory ?? FashionMnist.DownloadDirectory, source ?? FashionMnist.Source);
        Console.Error.WriteLine($"Fetching Fashion-MNIST from {source} to {directory}");
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
                $"Fashion-MNIST could not be fetched from {source} ({Reason((e as HttpRequestException)?.InnerException ?? e)}): "
                + $"run 'fashionae download' again, or with --from another address, {OtherWays}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"Fashion-MNIST could not be kept in {directory} ({Reason(e)}): make room or change its permissions, "
                + "or name another folder as in 'fashionae download --data DIR'.", e);
        }
    }

    private static string Reason(Exception error) => ErrorMessage.ReasonOf(error).TrimEnd('.');
}
