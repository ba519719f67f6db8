namespace FashionAE.Docs.Tests.Support;

/// <summary>A fenced block of a page.</summary>
/// <param name="Page">The page, such as docs/data.md.</param>
/// <param name="Number">Which of the page's blocks in this language, from 1.</param>
/// <param name="Line">The line of the page that the block begins on, from 1.</param>
/// <param name="Text">What is between the fences.</param>
internal sealed record PageBlock(string Page, int Number, int Line, string Text)
{
    private const string Fence = "```";

    public override string ToString() => $"{Page}, block {Number}";

    /// <summary>The blocks of all pages in a language, such as csharp.</summary>
    public static IEnumerable<PageBlock> All(string language) => Repository.Pages.SelectMany(page => Of(page, File.ReadAllLines(Repository.PathOf(page)), language));

    public static IEnumerable<PageBlock> Of(string page, string[] lines, string language)
    {
        var number = 0;
        for (var start = 0; start < lines.Length; start++)
        {
            if (!lines[start].TrimStart().StartsWith(Fence, StringComparison.Ordinal))
                continue;
            var end = Array.FindIndex(lines, start + 1, line => line.Trim() == Fence);
            if (end < 0)
                throw new InvalidDataException($"{page}:{start + 1}: a block begins here and does not end.");
            if (lines[start].Trim()[Fence.Length..] == language)
                yield return new PageBlock(page, ++number, start + 2, string.Join('\n', lines[(start + 1)..end]));
            start = end;
        }
    }
}
