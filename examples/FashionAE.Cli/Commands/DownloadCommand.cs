using System.CommandLine;
using FashionAE.Torch;

namespace FashionAE.Cli.Commands;

/// <summary>fashionae download</summary>
internal static class DownloadCommand
{
    public static Command Create()
    {
        var data = new Option<string?>("--data")
        {
            Description = $"The folder to keep the files in; unless given the one that ${FashionMnist.DirectoryVariable} names, else {FashionMnist.DownloadDirectory}.",
            HelpName = "DIR",
        };
        var from = new Option<string?>("--from")
        {
            Description = "The address of a folder with the four .gz files; "
                + $"unless given the one that ${FashionMnist.SourceVariable} names, else the publisher's.",
            HelpName = "URL",
        };
        from.Validators.Add(result =>
        {
            if (result.GetValue(from) is { } text && !(Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
                result.AddError($"{from.Name} takes an address that begins with http:// or https://, not '{text}'.");
        });
        var command = new Command("download", "Fetches Fashion-MNIST where it is not there yet, and checks it.") { data, from };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetValue(data) ?? DataSource.NamedByVariable;
            var found = FashionMnist.Locate(folder) ?? DataSource.Fetch(folder, parsed.GetValue(from) is { } address ? new Uri(address) : null);
            Console.WriteLine($"Fashion-MNIST is in {found}");
            return ExitCode.Success;
        });
        return command;
    }
}
