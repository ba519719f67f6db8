namespace FashionAE.Docs.Tests.Support;

/// <summary>A fenced block of a page.</summary>
/// <param name="Page">The page, such as docs/data.md.</param>
/// <param name="Language">The language of the opening fence, such as csharp.</param>
/// <param name="Number">The number of the block among those of the language on the page, from 1.</param>
/// <param name="Line">The line of the page where the block begins, from 1.</param>
/// <param name="Text">The text between the fences.</param>
internal sealed record PageBlock(string Page, string Language, int Number, int Line, string Text)
{
    private const string Fence = "```";

    /// <summary>Gets the blocks of all pages.</summary>
    public static IReadOnlyList<PageBlock> All { get; } = [.. Repository.Pages.SelectMany(page => Of(page, File.ReadAllLines(Repository.PathOf(page))))];

    public override string ToString() => $"{Page}, block {Number}";

    public static IReadOnlyList<PageBlock> Of(string page, string[] lines)
    {
        var blocks = new List<PageBlock>();
        for (var start = 0; start < lines.Length; start++)
        {
            if (!lines[start].TrimStart().StartsWith(Fence, StringComparison.Ordinal))
                continue;
            var end = Array.FindIndex(lines, start + 1, line => line.Trim() == Fence);
            if (end < 0)
                throw new InvalidDataException($"{page}:{start + 1}: a block begins here and does not end.");
            var language = lines[start].Trim()[Fence.Length..];
            var number = blocks.Count(block => block.Language == language) + 1;
            blocks.Add(new PageBlock(page, language, number, start + 2, string.Join('\n', lines[(start + 1)..end])));
            start = end;
        }
        return blocks;
    }
}
