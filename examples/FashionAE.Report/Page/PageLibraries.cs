namespace FashionAE.Report.Page;

/// <summary>The libraries that draw the charts of a page.</summary>
internal static class PageLibraries
{
    // Each needs those before it.
    private static readonly string[] Names = ["vega", "vega-lite", "vega-embed"];

    /// <summary>Makes script elements of the libraries, each with its licence.</summary>
    /// <returns>The elements, or null where a library is missing.</returns>
    public static string? Read(string? folder)
    {
        if (folder is null || !Names.All(name => File.Exists(Path.Combine(folder, $"{name}.min.js"))))
            return null;
        return string.Concat(Names.Select(name => Element(name, folder)));
    }

    private static string Element(string name, string folder)
    {
        var licence = Path.Combine(folder, $"{name}.LICENSE");
        var terms = File.Exists(licence) ? File.ReadAllText(licence).Replace("*/", "* /", StringComparison.Ordinal) : "BSD-3-Clause";
        // Where these stand in a library they are parts of strings or of regular expressions, which the backslash leaves as they are.
        var code = File.ReadAllText(Path.Combine(folder, $"{name}.min.js"))
            .Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase).Replace("<!--", "<\\!--", StringComparison.Ordinal);
        return $"<script>\n/* {name}\n\n{Html.Text(terms)}*/\n{code}\n</script>\n";
    }
}
