using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FashionAE.MLNet.Tests.House;

/// <summary>Checks that the code matches the drawings in docs/architecture.md.</summary>
public class ArchitectureTests
{
    private static readonly string[] Drawings =
    [
        .. File.ReadAllText(Path.Combine(SourceProject.Root, "docs", "architecture.md")).Split("```text\n").Skip(1)
            .Select(part => part.Split("```")[0]),
    ];

    private static readonly SourceProject[] Libraries = [SourceProject.Of("FashionAE.Torch"), SourceProject.Of("FashionAE.MLNet")];

    [Theory]
    [InlineData("FashionAE.MLNet")]
    [InlineData("FashionAE.Torch")]
    public void Folders_are_drawn_with_everything_that_they_use(string project)
    {
        var drawn = Lines("Rooms of " + project).Select(line => line.Split("  uses ")).ToDictionary(
            line => line[0].Trim(), line => line.Length == 1 ? [] : line[1].Split(", ", StringSplitOptions.TrimEntries).Order().ToArray());
        var uses = FolderOrderTests.Uses(SourceProject.Of(project), SourceProject.Of(project)).GroupBy(use => use.From)
            .ToDictionary(room => room.Key, room => room.Select(use => use.To).Distinct().Order().ToArray());
        var rooms = uses.Keys.Union(uses.Values.SelectMany(to => to)).Order().ToArray();
        Assert.Equal(rooms, drawn.Keys.Order());
        Assert.All(rooms, room => Assert.Equal(uses.GetValueOrDefault(room, []), drawn[room]));
    }

    [Theory]
    [InlineData("A pixel in Fit")]
    [InlineData("A pixel in a cursor")]
    public void Every_step_of_the_walk_is_taken_by_the_one_above_it(string walk)
    {
        var path = new Stack<(int Depth, string Member)>();
        var steps = 0;
        foreach (var line in Lines(walk))
        {
            var depth = line.Length - line.TrimStart().Length;
            var member = line.Split("  ", StringSplitOptions.RemoveEmptyEntries)[0].Trim();
            while (path.Count > 0 && path.Peek().Depth >= depth)
                path.Pop();
            var calls = path.TryPeek(out var caller) ? Calls(caller.Member) : null;
            Assert.True(calls?.Contains(member) is not false, $"{caller.Member} does not call {member}: correct docs/architecture.md.");
            path.Push((depth, member));
            steps++;
        }
        Assert.InRange(steps, 10, 40);
    }

    [Fact]
    public void A_call_that_does_not_exist_is_found()
    {
        Assert.Contains("PixelStore.Take", Calls("ViewExamples.Read"));
        Assert.DoesNotContain("PixelStore.Take", Calls("ImageRows.Enumerate"));
    }

    /// <summary>The lines of the drawing with a given title.</summary>
    private static string[] Lines(string title)
    {
        var drawing = Assert.Single(Drawings, drawing => drawing.StartsWith(title + "\n", StringComparison.Ordinal));
        return [.. drawing.Split('\n').Skip(1).Where(line => line.Trim().Length > 0)];
    }

    /// <summary>
    /// The members, as Type.Member, that a member of either library uses. An override counts as the member that it overrides.
    /// </summary>
    private static HashSet<string> Calls(string member)
    {
        var calls = new HashSet<string>();
        var isFound = false;
        foreach (var library in Libraries)
            foreach (var tree in library.Trees)
                foreach (var node in tree.GetRoot().DescendantNodes().OfType<MemberDeclarationSyntax>())
                {
                    if (NameOf(node) != member)
                        continue;
                    isFound = true;
                    var model = library.Compilation.GetSemanticModel(tree);
                    foreach (var name in node.DescendantNodes().OfType<SimpleNameSyntax>())
                        calls.UnionWith(Names(model.GetSymbolInfo(name)));
                }
        Assert.True(isFound, $"There is no {member}: correct docs/architecture.md.");
        return calls;
    }

    /// <summary>The names of a member and of the members that override or implement it; for a type, the name of its constructor.</summary>
    private static IEnumerable<string> Names(SymbolInfo found) => (found.Symbol ?? found.CandidateSymbols.FirstOrDefault()) switch
    {
        INamedTypeSymbol type => [$"{type.Name}.{type.Name}"],
        { ContainingType: { } type } member => Heirs(type.Name).Select(heir => $"{heir}.{member.Name}"),
        _ => [],
    };

    private static IEnumerable<string> Heirs(string type) =>
        Bases.Value.Where(pair => pair.Bases.Contains(type)).SelectMany(pair => Heirs(pair.Type)).Prepend(type);

    private static readonly Lazy<(string Type, string[] Bases)[]> Bases = new(() =>
    [
        .. from library in Libraries
           from tree in library.Trees
           from declared in tree.GetRoot().DescendantNodes().OfType<TypeDeclarationSyntax>()
           where declared.BaseList is not null
           select (declared.Identifier.Text, declared.BaseList!.Types.Select(NameOf).ToArray()),
    ]);

    private static string NameOf(BaseTypeSyntax type) =>
        type.Type.DescendantNodesAndSelf().OfType<SimpleNameSyntax>().First().Identifier.Text;

    private static string? NameOf(MemberDeclarationSyntax member)
    {
        var name = member switch
        {
            MethodDeclarationSyntax method => method.Identifier.Text,
            PropertyDeclarationSyntax property => property.Identifier.Text,
            ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
            _ => null,
        };
        return name is not null && member.Parent is TypeDeclarationSyntax type ? $"{type.Identifier.Text}.{name}" : null;
    }
}
