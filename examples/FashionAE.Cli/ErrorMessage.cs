namespace FashionAE.Cli;

/// <summary>Tells an error in one line that says what and what to do.</summary>
internal static class ErrorMessage
{
    private const int NoSpaceLeft = 28;

    public static string Of(Exception error)
    {
        // A failure while a type was made ready says what went wrong inside.
        while (error is TypeInitializationException { InnerException: { } inner })
            error = inner;
        var text = error switch
        {
            IOException when (error.HResult & 0xffff) == NoSpaceLeft => $"{error.Message.TrimEnd('.')}: free some space, or name another folder by --out.",
            UnauthorizedAccessException => $"{error.Message.TrimEnd('.')}: change its permissions, or name another folder by --out.",
            OutOfMemoryException => "There is not enough memory: use a smaller --batch-size.",
            _ => error.Message,
        };
        return FirstLine(error, text);
    }

    /// <summary>What went wrong, without what to do.</summary>
    public static string ReasonOf(Exception error) => FirstLine(error, error.Message);

    private static string FirstLine(Exception error, string text)
    {
        // ArgumentException appends the parameter, which means nothing to who typed a command.
        if (error is ArgumentException { ParamName: { } name })
            text = text.Split($" (Parameter '{name}')")[0];
        return text.ReplaceLineEndings("\n").Split('\n')[0];
    }
}
