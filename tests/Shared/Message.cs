namespace FashionAE.Tests.Shared;

/// <summary>Checks the promised parts of a message: the names of what is wrong, and the remedy. The other words may change.</summary>
internal static class Message
{
    /// <summary>Fails unless a message contains every part.</summary>
    public static void Says(string message, params string[] promised) =>
        Assert.All(promised, part => Assert.Contains(part, message, StringComparison.Ordinal));

    /// <summary>Fails unless an exception is thrown whose message contains every part.</summary>
    public static void Says<TException>(Action action, params string[] promised)
        where TException : Exception => Says(Assert.Throws<TException>(action).Message, promised);

    /// <inheritdoc cref="Says{TException}(Action, string[])"/>
    public static void Says<TException>(Func<object?> compute, params string[] promised)
        where TException : Exception => Says(Assert.Throws<TException>(compute).Message, promised);
}
