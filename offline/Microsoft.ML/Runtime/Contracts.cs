namespace Microsoft.ML.Runtime;

/// <summary>The exceptions that all components throw in the same words.</summary>
internal static class Contracts
{
    public static ArgumentOutOfRangeException ColumnMissing(string role, string name, string parameter = "inputSchema") =>
        new(parameter, $"Could not find {role} column '{name}'");

    public static ArgumentOutOfRangeException SchemaMismatch(string role, string name, string expected, string actual, string parameter = "inputSchema") =>
        new(parameter, $"Schema mismatch for {role} column '{name}': expected {expected}, got {actual}");

    public static ArgumentOutOfRangeException Inactive() => new("column", "requested column not active");

    public static InvalidOperationException WrongGetter(Type type) => new($"Invalid TValue in GetGetter: '{type}'");
}
