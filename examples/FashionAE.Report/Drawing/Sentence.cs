namespace FashionAE.Report.Drawing;

/// <summary>Parts of sentences.</summary>
internal static class Sentence
{
    /// <summary>Joins words: "Trouser, Dress and Bag".</summary>
    public static string List(IEnumerable<string> words)
    {
        var all = words.ToList();
        return all.Count < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }
}
