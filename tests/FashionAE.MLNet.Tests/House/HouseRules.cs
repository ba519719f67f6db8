using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FashionAE.MLNet.Tests.House;

/// <summary>What keeps a file readable. A breach names its file, its line and the remedy.</summary>
internal static class HouseRules
{
    public const int MostLines = 320;
    public const int MostCharacters = 140;
    public const int MostParameters = 6;

    public static IEnumerable<string> Breaches(SyntaxTree tree) =>
        [.. LongFile(tree), .. LongLines(tree), .. LongParameterLists(tree), .. NestedConditionals(tree)];

    private static IEnumerable<string> LongFile(SyntaxTree tree)
    {
        var lines = tree.GetText().ToString().AsSpan().TrimEnd('\n').Count('\n') + 1;
        if (lines > MostLines)
            yield return $"{tree.FilePath}:{MostLines + 1}: the file has {lines} lines, and may have {MostLines}: give one of its jobs a file of its own.";
    }

    private static IEnumerable<string> LongLines(SyntaxTree tree) => tree.GetText().Lines
        .Where(line => line.End - line.Start > MostCharacters)
        .Select(line => $"{tree.FilePath}:{line.LineNumber + 1}: the line has {line.End - line.Start} characters: wrap it at {MostCharacters}.");

    /// <summary>
    /// Public API is exempt, since users call it by the names that they were promised. So is a record: its parameters are its properties, and
    /// a record of settings has as many as there are settings, which is how they are saved.
    /// </summary>
    private static IEnumerable<string> LongParameterLists(SyntaxTree tree) => tree.GetRoot().DescendantNodes().OfType<BaseParameterListSyntax>()
        .Where(list => list.Parameters.Count > MostParameters && list.Parent is not (null or RecordDeclarationSyntax) && !IsPublic(list.Parent))
        .Select(list => $"{SourceProject.Place(list)}: there are {list.Parameters.Count} parameters, and may be {MostParameters}: "
            + "make a record of those that belong together.");

    private static IEnumerable<string> NestedConditionals(SyntaxTree tree) => tree.GetRoot().DescendantNodes().OfType<ConditionalExpressionSyntax>()
        .Where(inner => inner.Ancestors().TakeWhile(IsWithinExpression).Any(outer => outer is ConditionalExpressionSyntax))
        .Select(inner => $"{SourceProject.Place(inner)}: a conditional expression is within another: "
            + "write a switch expression or an if, or give the inner one a name.");

    private static bool IsWithinExpression(SyntaxNode node) => node is not (StatementSyntax or MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax);

    /// <summary>Whether users see a declaration: it is public or protected, as is every type around it.</summary>
    private static bool IsPublic(SyntaxNode declaration) =>
        declaration is MemberDeclarationSyntax && declaration.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().All(member =>
            member is BaseNamespaceDeclarationSyntax || member.Parent is InterfaceDeclarationSyntax
            || (member.Modifiers.Any(modifier => modifier.Kind() is SyntaxKind.PublicKeyword or SyntaxKind.ProtectedKeyword)
                && !member.Modifiers.Any(SyntaxKind.PrivateKeyword)));
}
