using System.CommandLine.Parsing;

namespace FashionAE.Cli;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Usage = 2;

    /// <summary>What shells expect of a process that Ctrl-C ended.</summary>
    public const int Interrupted = 130;
}

/// <summary>Tells in one line what was wrong with a command line, and where to read how it is right.</summary>
internal static class UsageError
{
    public static string Of(ParseResult parsed)
    {
        // What was typed says more than what is missing.
        var errors = parsed.Errors.Select(error => error.Message).ToList();
        var error = errors.Find(text => parsed.UnmatchedTokens.Any(token => text.Contains($"'{token}'"))) ?? errors[0];
        // Messages that list what is possible do so in lines of their own, and some name a type of the program.
        var message = string.Join(' ', error.Split(" as expected type ")[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var path = "";
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult { Command: not RootCommand } used; result = result.Parent)
            path = $"{used.Command.Name} {path}";
        return $"{message.TrimEnd('.')}. See 'fashionae {path}--help'.";
    }
}

/// <summary>Tells an error in one line that says what and what to do.</summary>
internal static class ErrorMessage
{
    private const int NoSpaceLeft = 28;

    public static string Of(Exception error)
    {
        // A failure while a type was made ready says what went wrong inside.
        while (error is TypeInitializationException { InnerException: { } inner })
            error = inner;
        return error switch
        {
            IOException when (error.HResult & 0xffff) == NoSpaceLeft => With("free some space, or name another folder by --out."),
            UnauthorizedAccessException => With("change its permissions, or name another folder by --out."),
            OutOfMemoryException => "There is not enough memory: use a smaller --batch-size.",
            DllNotFoundException when Libtorch.IsMissing => Libtorch.Remedy,
            _ => ReasonOf(error),
        };

        string With(string remedy) => $"{ReasonOf(error).TrimEnd('.')}: {remedy}";
    }

    /// <summary>What went wrong, without what to do.</summary>
    public static string ReasonOf(Exception error)
    {
        // ArgumentException appends the parameter, which means nothing to who typed a command.
        var text = error is ArgumentException { ParamName: { } name } ? error.Message.Split($" (Parameter '{name}')")[0] : error.Message;
        return text.ReplaceLineEndings("\n").Split('\n')[0];
    }
}
