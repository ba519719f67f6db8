using System.CommandLine;
using System.CommandLine.Parsing;

namespace FashionAE.Cli;

/// <summary>Tells in one line what was wrong with a command line, and where to read how it is right.</summary>
internal static class UsageError
{
    public static string Of(ParseResult parsed)
    {
        // What was typed says more than what is missing.
        var error = parsed.Errors.FirstOrDefault(error => parsed.UnmatchedTokens.Any(token => error.Message.Contains($"'{token}'"))) ?? parsed.Errors[0];
        // Messages that list what is possible do so in lines of their own, and some name a type of the program.
        var message = string.Join(' ', error.Message.Split(" as expected type ")[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var path = new List<string>();
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult { Command: not RootCommand } command; result = result.Parent)
            path.Insert(0, command.Command.Name);
        return $"{message.TrimEnd('.')}. See 'fashionae {string.Concat(path.Select(name => name + ' '))}--help'.";
    }
}
