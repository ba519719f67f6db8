using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FashionAE.Robustness;

/// <summary>Alters JSON and CSV like people and programs: values that are out of range, of another type, missing, duplicated or endless.</summary>
internal static partial class TextMutation
{
    private static readonly string[] Extremes =
    [
        "0", "-1", "1", "0.5", "2147483647", "-2147483648", "2147483648", "9223372036854775807", "9223372036854775808", "1e308", "-1e308", "1e999",
        "1e-400", "NaN", "Infinity", "null", "true", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "[]", "{}", "[null]", new('9', 400), "\"" + new string('a', 1 << 20) + "\"",
        new string('[', 100_000) + new string(']', 100_000), string.Concat(Enumerable.Repeat("{\"a\":", 2000)) + "1" + new string('}', 2000),
    ];

    public static string Apply(string text, Random random)
    {
        for (var rounds = random.Next(4) == 0 ? 3 : 1; rounds > 0; rounds--)
            text = random.Next(8) switch
            {
                0 or 1 or 2 => Replace(Number(), text, random),
                3 => Replace(Value(), text, random),
                4 => Edit(text, random, Remove),
                5 => Edit(text, random, Transplant),
                6 => ReplaceLine(text, random),
                _ => Encoding.UTF8.GetString(ByteMutation.Apply(Encoding.UTF8.GetBytes(text), random)),
            };
        return text;
    }

    [GeneratedRegex(@"-?\d+(\.\d+)?([eE][+-]?\d+)?")]
    private static partial Regex Number();

    [GeneratedRegex(@"""(?:[^""\\]|\\.)*""|\btrue\b|\bfalse\b|\bnull\b|\[[^\[\]]*\]")]
    private static partial Regex Value();

    private static string Replace(Regex tokens, string text, Random random)
    {
        var found = tokens.Matches(text);
        if (found.Count == 0)
            return text + Extremes[random.Next(Extremes.Length)];
        var token = found[random.Next(found.Count)];
        return text[..token.Index] + Extremes[random.Next(Extremes.Length)] + text[(token.Index + token.Length)..];
    }

    private static string ReplaceLine(string text, Random random)
    {
        var lines = text.Split('\n').ToList();
        var at = random.Next(lines.Count);
        var line = lines[at];
        lines.RemoveAt(at);
        if (random.Next(2) == 0)
            lines.InsertRange(random.Next(lines.Count + 1), random.Next(2) == 0 ? [line, line] : [line]);
        return string.Join('\n', lines);
    }

    /// <summary>Alters JSON. Text that is not valid JSON is not changed.</summary>
    private static string Edit(string text, Random random, Action<JsonNode[], Random> edit)
    {
        try
        {
            if (JsonNode.Parse(text) is not { } root)
                return text;
            var nodes = Below(root);
            if (nodes.Length > 0)
                edit(nodes, random);
            return root.ToJsonString();
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return text;
        }
    }

    private static void Remove(JsonNode[] nodes, Random random)
    {
        var node = nodes[random.Next(nodes.Length)];
        if (node.Parent is JsonObject parent)
            parent.Remove(node.GetPropertyName());
        else
            ((JsonArray)node.Parent!).RemoveAt(node.GetElementIndex());
    }

    private static void Transplant(JsonNode[] nodes, Random random) =>
        nodes[random.Next(nodes.Length)].ReplaceWith(nodes[random.Next(nodes.Length)].DeepClone());

    private static JsonNode[] Below(JsonNode node)
    {
        var children = node switch
        {
            JsonObject o => o.Select(member => member.Value),
            JsonArray a => a,
            _ => [],
        };
        return [.. children.OfType<JsonNode>().SelectMany(child => Below(child).Prepend(child))];
    }
}
