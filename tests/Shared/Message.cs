namespace FashionAE.Tests.Shared;

/// <summary>What is promised of a message: the names of what is wrong, and the remedy. The words between them may change.</summary>
internal static class Message
{
    /// <summary>Fails unless a message has every part.</summary>
    public static void Says(string message, params string[] promised) =>
        Assert.All(promised, part => Assert.Contains(part, message, StringComparison.Ordinal));

    /// <summary>Fails unless an exception's message has every part, and gives the exception.</summary>
    public static TException Says<TException>(Action action, params string[] promised)
        where TException : Exception
    {
        var error = Assert.Throws<TException>(action);
        Says(error.Message, promised);
        return error;
    }
}
