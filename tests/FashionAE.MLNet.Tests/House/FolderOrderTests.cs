using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit.Abstractions;

namespace FashionAE.MLNet.Tests.House;

/// <summary>The folders of a project stand on each other: types of one use those of the folders below it alone.</summary>
public class FolderOrderTests(ITestOutputHelper output)
{
    /// <summary>The projects, and their folders from the ground up; "." is the project's own.</summary>
    public static TheoryData<string, string[]> Projects => new()
    {
        { "FashionAE.Torch", ["Native", "Files", "Randomness", "Data", "Augmentation", "Onnx", "Models", "Evaluation", "Training"] },
        { "FashionAE.MLNet", ["Internals", "Columns", "Cursors", "Components", "Data", "Augmentation", "Imaging", "Scores", "Autoencoding", "Catalogs"] },
    };

    [Theory]
    [MemberData(nameof(Projects))]
    public void Types_use_those_of_their_own_folder_and_of_folders_below(string project, string[] order)
    {
        var source = SourceProject.Of(project);
        var uses = Uses(source);
        output.WriteLine($"{project}, from the ground up: {string.Join(", ", order)}");
        foreach (var folder in order)
            output.WriteLine($"{folder,-14} uses {string.Join(", ", uses.Where(use => use.From == folder).Select(use => use.To).Distinct().OrderBy(to => Array.IndexOf(order, to)))}");

        Assert.Equal(order.Order(), source.Trees.Select(tree => FolderOf(tree.FilePath)).Distinct().Order());
        Assert.Empty(uses.Where(use => Array.IndexOf(order, use.To) > Array.IndexOf(order, use.From)).Select(use => $"{use.From} uses {use.Type} of {use.To}").Distinct());
        // Every folder but the lowest stands on another: the search finds what there is.
        Assert.Equal(order[1..].Order(), uses.Select(use => use.From).Distinct().Order());
    }

    /// <summary>From which folder which type of which other folder is used.</summary>
    private static HashSet<(string From, string To, string Type)> Uses(SourceProject project)
    {
        var uses = new HashSet<(string, string, string)>();
        foreach (var tree in project.Trees)
        {
            var (from, model) = (FolderOf(tree.FilePath), project.Compilation.GetSemanticModel(tree));
            foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                // Internals of ML.NET cannot be bound here, which leaves candidates.
                var found = model.GetSymbolInfo(name);
                foreach (var symbol in found.Symbol is { } one ? [one] : found.CandidateSymbols)
                {
                    var type = symbol as INamedTypeSymbol ?? symbol.ContainingType;
                    foreach (var declaration in type?.OriginalDefinition.DeclaringSyntaxReferences ?? [])
                        if (FolderOf(declaration.SyntaxTree.FilePath) is var to && to != from)
                            uses.Add((from, to, type!.Name));
                }
            }
        }
        return uses;
    }

    /// <summary>The folder in which a file of src/PROJECT/FOLDER/ is.</summary>
    private static string FolderOf(string file) => file.Split('/') is [_, _, var folder, _, ..] ? folder : ".";
}
