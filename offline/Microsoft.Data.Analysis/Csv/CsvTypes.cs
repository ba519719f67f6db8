namespace Microsoft.Data.Analysis;

/// <summary>Guesses what a column of a file holds from some of its fields.</summary>
internal static class CsvTypes
{
    /// <summary>The widest of the types of the fields; text when there is none that says.</summary>
    public static Type Guess(IEnumerable<string> fields)
    {
        var values = fields.Where(field => field.Length > 0 && !field.Equals("null", StringComparison.OrdinalIgnoreCase));
        var types = values.Select(TypeOf).ToHashSet();
        return ((Type[])[typeof(string), typeof(float), typeof(bool), typeof(DateTime)]).FirstOrDefault(types.Contains, typeof(string));
    }

    private static Type TypeOf(string field) =>
        bool.TryParse(field, out _) ? typeof(bool)
        : float.TryParse(field, out _) ? typeof(float)
        : DateTime.TryParse(field, out _) ? typeof(DateTime)
        : typeof(string);
}
