using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace FashionAE.Report.Page;

/// <summary>Text and data made safe for a page.</summary>
internal static class Html
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    // The default encoder of JSON escapes <, >, & and line separators: its text can stand in a script element.
    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web);

    /// <summary>Escapes text for an element or a quoted attribute.</summary>
    public static string Text(string text) => Encoder.Encode(text);

    /// <summary>Makes a paragraph of each part between blank lines.</summary>
    public static string Paragraphs(string text) => string.Join('\n', text.ReplaceLineEndings("\n")
        .Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(p => $"<p>{Text(p)}</p>"));

    /// <summary>Serializes a value for a script element.</summary>
    public static string Json<T>(T value) => JsonSerializer.Serialize(value, JsonOptions);

    /// <summary>Makes a script element that holds data.</summary>
    public static string Data(string id, string json) => $"<script type=\"application/json\" id=\"{id}\">{json}</script>\n";
}
