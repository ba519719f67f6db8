namespace FashionAE.Docs.Tests.Support;

/// <summary>Fails with all errors in full, because xunit shows only the beginnings of a few.</summary>
internal static class Complaints
{
    public static void AssertNone(IEnumerable<string> complaints)
    {
        if (string.Join('\n', complaints) is { Length: > 0 } text)
            Assert.Fail(text);
    }

    public static void AssertNone(IEnumerable<ShellCommand> commands) => AssertNone(commands.Select(command => command.ToString()));
}
