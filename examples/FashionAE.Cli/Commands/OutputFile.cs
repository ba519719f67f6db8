using System.CommandLine;

namespace FashionAE.Cli.Commands;

/// <summary>The file that a command writes.</summary>
internal static class OutputFile
{
    /// <exception cref="IOException">A folder was named.</exception>
    public static string Of(ParseResult parsed, Option<string> option, string example)
    {
        var path = parsed.GetValue(option)!;
        return Directory.Exists(path) || Path.EndsInDirectorySeparator(path)
            ? throw new IOException($"{path} is a folder: name a file by {option.Name}, such as {Path.Combine(path, example)}.")
            : path;
    }
}
