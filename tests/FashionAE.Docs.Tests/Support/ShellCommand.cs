using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace FashionAE.Docs.Tests.Support;

/// <summary>A command of a block of shell lines, without the variables that stand before it and the comment behind it.</summary>
internal sealed partial record ShellCommand(string Page, int Line, string[] Words)
{
    /// <summary>Gets what this hands to the fashionae command, if it runs that: by itself, by dotnet, or by mpirun.</summary>
    public string[]? FashionAEArguments => Words switch
    {
        ["./fashionae" or "fashionae", .. var arguments] => arguments,
        ["dotnet", var program, .. var arguments] when program.EndsWith("/fashionae.dll", StringComparison.Ordinal) => arguments,
        // Without the command nothing is left, which is no command line of it.
        ["mpirun", .. var launch] => [.. launch.SkipWhile(word => word != "./fashionae").Skip(1)],
        _ => null,
    };

    /// <summary>Gets the project or solution file that this hands to dotnet, or an empty text where it names none.</summary>
    public string? DotnetProject => Words is ["dotnet", "build" or "pack" or "publish" or "run" or "test", .. var arguments]
        ? arguments.FirstOrDefault(word => !word.StartsWith('-')) ?? ""
        : null;

    /// <summary>Gets the targets that this hands to make.</summary>
    public IEnumerable<string>? MakeTargets => Words is ["make", .. var arguments] ? arguments.Where(word => !word.StartsWith('-') && !word.Contains('=')) : null;

    public override string ToString() => $"{Page}:{Line}: {string.Join(' ', Words)}";

    public static IEnumerable<ShellCommand> Of(PageBlock block)
    {
        var lines = block.Text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var (first, text) = (i, lines[i]);
            while (text.EndsWith('\\'))
                text = text[..^1] + lines[++i];
            foreach (var command in Comment().Replace(text, "").Split("&&"))
                if (CommandLineParser.SplitCommandLine(command).SkipWhile(word => Assignment().IsMatch(word)).ToArray() is { Length: > 0 } words)
                    yield return new ShellCommand(block.Page, block.Line + first, words);
        }
    }

    [GeneratedRegex(@"(^|\s)#.*")]
    private static partial Regex Comment();

    [GeneratedRegex("^[A-Z_]+=")]
    private static partial Regex Assignment();
}
