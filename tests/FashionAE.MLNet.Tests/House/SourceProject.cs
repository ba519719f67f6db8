using System.Collections.Concurrent;
using System.Reflection;
using FashionAE.Tests.Shared;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FashionAE.MLNet.Tests.House;

/// <summary>The C# files of a project in src/. They are parsed and bound once for all house tests.</summary>
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

    /// <summary>Gets the root folder of the repository.</summary>
    public static string Root { get; } =
        typeof(SourceProject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    /// <summary>Gets the names of the projects in src/.</summary>
    public static IEnumerable<string> Names => Directory.GetDirectories(Path.Combine(Root, "src")).Select(folder => Path.GetFileName(folder)).Order();

    public string Name { get; }

    /// <summary>Gets the project's files, including those of templates. Their paths start with src/.</summary>
    public IReadOnlyList<SyntaxTree> Trees { get; }

    /// <summary>
    /// Gets the compilation of the project. It has errors, because it lacks the types that only eng/PublicReference makes public, and
    /// generated code.
    /// </summary>
    public CSharpCompilation Compilation => _compilation.Value;

    /// <summary>Returns a project of src/.</summary>
    public static SourceProject Of(string name) => Parsed.GetOrAdd(name, key => new SourceProject(key));

    /// <summary>Parses a text.</summary>
    public static SyntaxTree Parse(string text, string path = "Made.cs") => CSharpSyntaxTree.ParseText(text, path: path);

    /// <summary>Binds trees against all assemblies of this test project except the one that they are compiled to.</summary>
    public static CSharpCompilation Compile(string name, IEnumerable<SyntaxTree> trees)
    {
        var usings = name == "FashionAE.Torch" ? ImplicitUsings.Text : $"{ImplicitUsings.Text}\nglobal using FashionAE.Torch;";
        var references = References.Value.Where(reference => Path.GetFileNameWithoutExtension(reference.FilePath) != name);
        return CSharpCompilation.Create(
            name, trees.Append(Parse(usings, "Usings.cs")), references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
    }

    /// <summary>Formats a location like compilers do.</summary>
    public static string Place(SyntaxNode node) => $"{node.SyntaxTree.FilePath}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";

    /// <summary>Fails with all breaches, one per line.</summary>
    public static void AssertNone(IEnumerable<string> breaches)
    {
        var lines = breaches.ToArray();
        // Assert.Empty would show only the first few.
        if (lines.Length > 0)
            Assert.Fail(string.Join('\n', lines));
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
}
