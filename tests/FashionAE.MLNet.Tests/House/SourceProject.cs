using System.Collections.Concurrent;
using System.Reflection;
using FashionAE.Tests.Shared;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FashionAE.MLNet.Tests.House;

/// <summary>The C# files of a project in src/, parsed and bound once for all tests of the house.</summary>
internal sealed class SourceProject
{
    private static readonly ConcurrentDictionary<string, SourceProject> Parsed = new();
    private static readonly Lazy<PortableExecutableReference[]> References = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))]);

    private readonly Lazy<CSharpCompilation> _compilation;

    private SourceProject(string name)
    {
        Name = name;
        Trees = [.. Files(Path.Combine(Root, "src", name)).Select(file => Parse(File.ReadAllText(file), Path.GetRelativePath(Root, file)))];
        _compilation = new(() => Compile(name, Trees));
    }

    /// <summary>Gets the folder of the repository.</summary>
    public static string Root { get; } =
        typeof(SourceProject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    /// <summary>Gets the names of the projects in src/.</summary>
    public static IEnumerable<string> Names => Directory.GetDirectories(Path.Combine(Root, "src")).Select(folder => Path.GetFileName(folder)).Order();

    public string Name { get; }

    /// <summary>Gets its files, those of a template's content too; their paths begin with src/.</summary>
    public IReadOnlyList<SyntaxTree> Trees { get; }

    /// <summary>
    /// Gets the project as the compiler sees it. It has errors: what is public in eng/PublicReference alone, and what generators write, is
    /// missing.
    /// </summary>
    public CSharpCompilation Compilation => _compilation.Value;

    /// <summary>Gives a project of src/.</summary>
    public static SourceProject Of(string name) => Parsed.GetOrAdd(name, key => new SourceProject(key));

    /// <summary>Parses a text.</summary>
    public static SyntaxTree Parse(string text, string path = "Made.cs") => CSharpSyntaxTree.ParseText(text, path: path);

    /// <summary>Binds trees to all assemblies of this test project but the one that they are.</summary>
    public static CSharpCompilation Compile(string name, IEnumerable<SyntaxTree> trees)
    {
        var usings = name == "FashionAE.Torch" ? ImplicitUsings.Text : $"{ImplicitUsings.Text}\nglobal using FashionAE.Torch;";
        var references = References.Value.Where(reference => Path.GetFileNameWithoutExtension(reference.FilePath) != name);
        return CSharpCompilation.Create(
            name, trees.Append(Parse(usings, "Usings.cs")), references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
    }

    /// <summary>Says where something is, as compilers do.</summary>
    public static string Place(SyntaxNode node) => $"{node.SyntaxTree.FilePath}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";

    /// <summary>Fails with all breaches, one a line.</summary>
    public static void AssertNone(IEnumerable<string> breaches)
    {
        var lines = breaches.ToArray();
        // Assert.Empty would show the first few alone.
        if (lines.Length > 0)
            Assert.Fail(string.Join('\n', lines));
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
}
