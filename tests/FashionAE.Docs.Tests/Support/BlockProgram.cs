using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using FashionAE.Tests.Shared;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FashionAE.Docs.Tests.Support;

/// <summary>
/// A C# block, compiled as a program. A block with usings is compiled unchanged. Otherwise, the missing declarations of the
/// <see cref="Prelude"/> are added before it. In both cases, the files that it reads are created.
/// </summary>
internal sealed class BlockProgram
{
    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    private readonly CSharpCompilation _compilation;
    private readonly PageBlock[] _files;

    private BlockProgram(CSharpCompilation compilation, IReadOnlyCollection<string> borrowed, PageBlock[] files) =>
        (_compilation, Borrowed, _files) = (compilation, borrowed, files);

    /// <summary>Gets the names that the prelude declares for this block.</summary>
    public IReadOnlyCollection<string> Borrowed { get; }

    /// <summary>Gets the compiler errors, each with the page and line.</summary>
    public IReadOnlyList<string> Errors => [.. ErrorsOf(_compilation).Select(error =>
    {
        var place = error.Location.GetMappedLineSpan();
        return $"{place.Path}:{place.StartLinePosition.Line + 1}: {error.Id}: {error.GetMessage()}";
    })];

    public static BlockProgram Compile(PageBlock block)
    {
        var isComplete = CSharpSyntaxTree.ParseText(block.Text).GetCompilationUnitRoot().Usings.Count > 0;
        var borrowed = Prelude.Declarations.Select(declaration => declaration.Name).Where(name => !isComplete && Prelude.IsFileOf(name, block)).ToHashSet();
        while (true)
        {
            var compilation = CSharpCompilation.Create(
                "Block",
                [Parse(isComplete ? ImplicitUsings.Text : ImplicitUsings.Text + '\n' + Prelude.Usings, "Usings.cs"), Parse(TextOf(block, borrowed), block.Page)],
                References,
                new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
            var missing = ErrorsOf(compilation).Where(error => error.Id is "CS0103" or "CS0246").Select(TextAt)
                .Where(name => !isComplete && Prelude.Declarations.Any(declaration => declaration.Name == name)).Except(borrowed).ToList();
            if (missing.Count == 0)
                return new BlockProgram(compilation, borrowed, isComplete ? FilesOf(block) : []);
            borrowed.UnionWith(missing);
        }
    }

    /// <summary>Runs the program in this process. The stack trace of an exception has the lines of the page.</summary>
    public void Run()
    {
        Complaints.AssertNone(Errors);
        foreach (var file in _files)
            Compile(file).Run();
        using var program = new MemoryStream();
        using var symbols = new MemoryStream();
        Assert.True(_compilation.Emit(program, symbols).Success);
        (program.Position, symbols.Position) = (0, 0);
        var assembly = new AssemblyLoadContext("Block").LoadFromStream(program, symbols);
        assembly.EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [Array.Empty<string>()], null);
    }

    /// <summary>Creates the files that a block reads, in a separate program: no declaration can precede the usings of the block.</summary>
    private static PageBlock[] FilesOf(PageBlock block) =>
    [
        .. Prelude.Declarations.Select(declaration => declaration.Name).Where(name => Prelude.IsFileOf(name, block))
            .Select(name => block with { Text = $"_ = {name};" }),
    ];

    private static string TextOf(PageBlock block, HashSet<string> names)
    {
        var declarations = Prelude.Declarations.Where(declaration => names.Contains(declaration.Name)).Select(declaration => declaration.Declaration).ToList();
        var (types, statements) = (declarations.Where(Prelude.IsType), declarations.Where(declaration => !Prelude.IsType(declaration)));
        return $"""
            #line 1 "Prelude.cs"
            {string.Join('\n', statements)}
            #line {block.Line} "{block.Page}"
            {block.Text}
            #line 1 "Prelude.cs"
            {string.Join('\n', types)}
            """;
    }

    private static SyntaxTree Parse(string text, string path) => CSharpSyntaxTree.ParseText(text, path: path, encoding: Encoding.UTF8);

    private static IEnumerable<Diagnostic> ErrorsOf(CSharpCompilation compilation) =>
        compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    private static string TextAt(Diagnostic error) => error.Location.SourceTree!.GetText().ToString(error.Location.SourceSpan);
}
