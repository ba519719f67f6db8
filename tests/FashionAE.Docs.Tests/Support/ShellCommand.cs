using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace FashionAE.Docs.Tests.Support;

/// <summary>A command of a shell block, without variable assignments before it and the comment after it.</summary>
internal sealed partial record ShellCommand(string Page, int Line, string[] Words)
{
    /// <summary>Gets the arguments of fashionae, if this command runs it directly or with dotnet or mpirun.</summary>
    public string[]? FashionAEArguments => Words switch
    {
        ["./fashionae" or "fashionae", .. var arguments] => arguments,
        ["dotnet", var program, .. var arguments] when program.EndsWith("/fashionae.dll", StringComparison.Ordinal) => arguments,
        // Without the command, no arguments are left: the line does not run fashionae.
        ["mpirun", .. var launch] => [.. launch.SkipWhile(word => word != "./fashionae").Skip(1)],
        _ => null,
    };

    /// <summary>Gets the project or solution file of a dotnet command, or an empty text if it has none.</summary>
    public string? DotnetProject => Words is ["dotnet", "build" or "pack" or "publish" or "run" or "test", .. var arguments]
        ? arguments.FirstOrDefault(word => !word.StartsWith('-')) ?? ""
        : null;

    /// <summary>Gets the targets of a make command.</summary>
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
