using System.CommandLine.Parsing;

namespace FashionAE.Cli;

/// <summary>The exit codes of the process.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Usage = 2;

    /// <summary>The code that shells expect after Ctrl-C: 128 plus the number of SIGINT.</summary>
    public const int Interrupted = 130;
}

/// <summary>Describes a wrong command line in one line, and names the command that prints the help.</summary>
internal static class UsageError
{
    public static string Of(ParseResult parsed)
    {
        // Prefer an error about a typed word to one about a missing argument.
        var errors = parsed.Errors.Select(error => error.Message).ToList();
        var error = errors.Find(text => parsed.UnmatchedTokens.Any(token => text.Contains($"'{token}'"))) ?? errors[0];
        // Join messages that list values on separate lines, and remove the names of .NET types.
        var message = string.Join(' ', error.Split(" as expected type ")[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var path = "";
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult { Command: not RootCommand } used; result = result.Parent)
            path = $"{used.Command.Name} {path}";
        return $"{message.TrimEnd('.')}. See 'fashionae {path}--help'.";
    }
}

/// <summary>Describes an error and its remedy in one line.</summary>
internal static class ErrorMessage
{
    private const int NoSpaceLeft = 28;

    public static string Of(Exception error)
    {
        // The reason is in the exception that the static constructor threw.
        while (error is TypeInitializationException { InnerException: { } inner })
            error = inner;
        return error switch
        {
            IOException when (error.HResult & 0xffff) == NoSpaceLeft => With("free some space, or set --out to another folder."),
            UnauthorizedAccessException => With("change its permissions, or set --out to another folder."),
            OutOfMemoryException => "There is not enough memory: use a smaller --batch-size.",
            DllNotFoundException when Libtorch.IsMissing => Libtorch.Remedy,
            _ => ReasonOf(error),
        };

        string With(string remedy) => $"{ReasonOf(error).TrimEnd('.')}: {remedy}";
    }

    /// <summary>Returns the reason of an error without a remedy.</summary>
    public static string ReasonOf(Exception error)
    {
        // ArgumentException appends the parameter name, which means nothing to the user of a command.
        var text = error is ArgumentException { ParamName: { } name } ? error.Message.Split($" (Parameter '{name}')")[0] : error.Message;
        return text.ReplaceLineEndings("\n").Split('\n')[0];
    }
}
