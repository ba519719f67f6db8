namespace Microsoft.ML.Runtime;

/// <summary>The exceptions that all components throw in the same words.</summary>
internal static class Contracts
{
    public static ArgumentOutOfRangeException ColumnMissing(string role, string name, string parameter = "inputSchema") =>
        new(parameter, $"Could not find {role} column '{name}'");

    public static ArgumentOutOfRangeException SchemaMismatch(string role, string name, string expected, string actual, string parameter = "inputSchema") =>
        new(parameter, $"Schema mismatch for {role} column '{name}': expected {expected}, got {actual}");

    public static ArgumentOutOfRangeException Invalid(string parameter, string message) => new(parameter, message);

    public static ArgumentOutOfRangeException Inactive() => new("column", "requested column not active");

    public static InvalidOperationException WrongGetter(Type type) => new($"Invalid TValue in GetGetter: '{type}'");

    public static InvalidOperationException NoRow() => new("There is no current row: MoveNext was not called yet, or it returned false.");

    public static InvalidOperationException CannotBind(DataViewSchema.Column column, string member, Type memberType) =>
        new($"Can't bind the IDataView column '{column.Name}' of type '{column.Type}' to field or property '{member}' of type '{memberType.FullName}'.");

    public static ArgumentOutOfRangeException CannotMap(DataViewSchema.Column column, Type type) =>
        new(nameof(column), $"Cannot map column (name: {column.Name}, type: {column.Type}) in data to the user-defined type, {type}.");
}
