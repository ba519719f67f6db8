using System.CommandLine;
using System.CommandLine.Parsing;

namespace FashionAE.Cli;

/// <summary>Tells in one line what was wrong with a command line, and where to read how it is right.</summary>
internal static class UsageError
{
    public static string Of(ParseResult parsed)
    {
        // Messages that list what is possible do so in lines of their own.
        var message = string.Join(' ', parsed.Errors[0].Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var path = new List<string>();
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult { Command: not RootCommand } command; result = result.Parent)
            path.Insert(0, command.Command.Name);
        return $"{message.TrimEnd('.')}. See 'fashionae {string.Concat(path.Select(name => name + ' '))}--help'.";
    }
}
