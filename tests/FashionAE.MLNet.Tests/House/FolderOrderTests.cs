using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit.Abstractions;

namespace FashionAE.MLNet.Tests.House;

/// <summary>Checks the layers of a project: types in a folder may only use types in lower folders.</summary>
[Trait("Pace", "slow")]
public class FolderOrderTests(ITestOutputHelper output)
{
    /// <summary>The folders of the projects, from the lowest to the highest.</summary>
    private static readonly Dictionary<string, string[]> Orders = new()
    {
        ["FashionAE.Torch"] = ["Native", "Files", "Randomness", "Data", "Augmentation", "Onnx", "Models", "Evaluation", "Training"],
        ["FashionAE.MLNet"] =
            [
                "Internals", "Columns", "Cursors", "Components", "Data", "Augmentation", "Imaging", "Scores", "Anomalies", "Engines",
                "Monitoring", "Autoencoding", "Catalogs",
            ],
    };

    public static TheoryData<string> Projects => [.. Orders.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Types_use_only_types_of_the_same_folder_and_of_folders_below(string project)
    {
        var order = Orders[project];
        var uses = Uses(SourceProject.Of(project), SourceProject.Of(project));
        output.WriteLine($"{project}, from the lowest to the highest: {string.Join(", ", order)}");
        Print(uses, order, order);

        Assert.Equal(order.Order(), SourceProject.Of(project).Trees.Select(FolderOf).Distinct().Order());
        SourceProject.AssertNone(uses.Where(use => Array.IndexOf(order, use.To) > Array.IndexOf(order, use.From)).Select(Told));
        // Checks the search itself: each folder above the lowest uses another one.
        Assert.Equal(order[1..].Order(), uses.Select(use => use.From).Distinct().Order());
    }

    [Fact]
    public void Rooms_that_change_images_know_nothing_of_networks()
    {
        string[] networks = ["Models", "Evaluation", "Training"];
        var uses = Uses(SourceProject.Of("FashionAE.MLNet"), SourceProject.Of("FashionAE.Torch"));
        output.WriteLine("FashionAE.MLNet, and its uses of FashionAE.Torch:");
        Print(uses, Orders["FashionAE.MLNet"], Orders["FashionAE.Torch"]);

        SourceProject.AssertNone(uses
            .Where(use => use.From is "Internals" or "Cursors" or "Components" or "Augmentation" or "Imaging" && networks.Contains(use.To)).Select(Told));
        Assert.All(networks, room => Assert.Contains(uses, use => use.To == room));
    }

    private static string Told((string From, string To, string Type) use) =>
        $"{use.From} uses {use.Type} of {use.To}: move the shared code to the lower of the two folders, or below it.";

    private void Print(HashSet<(string From, string To, string Type)> uses, string[] from, string[] to)
    {
        foreach (var folder in from)
            output.WriteLine($"{folder,-14} uses {string.Join(", ", to.Where(other => uses.Any(use => use.From == folder && use.To == other)))}");
    }

    /// <summary>The uses of types across folders: the folder that uses a type, the folder of the type, and the type's name.</summary>
    internal static HashSet<(string From, string To, string Type)> Uses(SourceProject user, SourceProject used)
    {
        var folders = used.Trees.SelectMany(tree => tree.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
            .Where(type => type.Parent is BaseNamespaceDeclarationSyntax)).ToLookup(type => type.Identifier.Text, type => FolderOf(type.SyntaxTree));
        var uses = new HashSet<(string, string, string)>();
        foreach (var tree in user.Trees)
        {
            var (from, model) = (FolderOf(tree), user.Compilation.GetSemanticModel(tree));
            foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                // Internals of ML.NET cannot be bound here, so symbols may be only candidates.
                var found = model.GetSymbolInfo(name);
                foreach (var symbol in found.Symbol is { } one ? [one] : found.CandidateSymbols)
                {
                    var type = symbol as INamedTypeSymbol ?? symbol.ContainingType;
                    while (type?.ContainingType is { } outer)
                        type = outer;
                    if (type?.ContainingAssembly?.Name == used.Name)
                        uses.UnionWith(folders[type.Name].Where(to => user != used || to != from).Select(to => (from, to, type.Name)));
                }
            }
        }
        return uses;
    }

    /// <summary>The FOLDER of a file in src/PROJECT/FOLDER/.</summary>
    private static string FolderOf(SyntaxTree tree) => tree.FilePath.Split('/') is [_, _, var folder, _, ..] ? folder : ".";
}
