using System.Reflection;

namespace FashionAE.Docs.Tests.Support;

/// <summary>The clone that contains the build of the tests.</summary>
internal static class Repository
{
    public static string Root { get; } = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    /// <summary>Gets the pages of the documentation, such as docs/data.md.</summary>
    public static IReadOnlyList<string> Pages { get; } =
        ["README.md", .. Directory.GetFiles(Path.Combine(Root, "docs"), "*.md").Select(path => "docs/" + Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public static string PathOf(string name) => Path.Combine(Root, name);
}
