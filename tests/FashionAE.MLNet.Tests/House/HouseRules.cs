using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FashionAE.MLNet.Tests.House;

/// <summary>Rules that keep files readable. A message about a breach contains the file, the line and the remedy.</summary>
internal static class HouseRules
{
    public const int MostLines = 320;
    public const int MostCharacters = 140;
    public const int MostParameters = 6;

    public static IEnumerable<string> Breaches(SyntaxTree tree) =>
        [.. LongFile(tree), .. LongLines(tree), .. LongParameterLists(tree), .. NestedConditionals(tree), .. UnitedPaths(tree)];

    private static IEnumerable<string> LongFile(SyntaxTree tree)
    {
        var lines = tree.GetText().ToString().AsSpan().TrimEnd('\n').Count('\n') + 1;
        if (lines > MostLines)
            yield return $"{tree.FilePath}:{MostLines + 1}: the file has {lines} lines, but the limit is {MostLines}: move a part to another file.";
    }

    private static IEnumerable<string> LongLines(SyntaxTree tree) => tree.GetText().Lines
        .Where(line => line.End - line.Start > MostCharacters)
        .Select(line => $"{tree.FilePath}:{line.LineNumber + 1}: the line has {line.End - line.Start} characters: wrap it at {MostCharacters}.");

    /// <summary>
    /// Public API is exempt, because its signatures must not change. Records are exempt, because their parameters are their properties: a
    /// record of settings needs one for each setting, since the settings are saved that way.
    /// </summary>
    private static IEnumerable<string> LongParameterLists(SyntaxTree tree) => tree.GetRoot().DescendantNodes().OfType<BaseParameterListSyntax>()
        .Where(list => list.Parameters.Count > MostParameters && list.Parent is not (null or RecordDeclarationSyntax) && !IsPublic(list.Parent))
        .Select(list => $"{SourceProject.Place(list)}: there are {list.Parameters.Count} parameters, but the limit is {MostParameters}: "
            + "combine related parameters in a record.");

    private static IEnumerable<string> NestedConditionals(SyntaxTree tree) => tree.GetRoot().DescendantNodes().OfType<ConditionalExpressionSyntax>()
        .Where(inner => inner.Ancestors().TakeWhile(IsWithinExpression).Any(outer => outer is ConditionalExpressionSyntax))
        .Select(inner => $"{SourceProject.Place(inner)}: a conditional expression is within another: "
            + "use a switch expression, an if statement or a variable.");

    /// <summary>
    /// The compiler's tools put the element of the member before a path that begins with '/', but not before the parts after '|', which
    /// then select nothing.
    /// </summary>
    private static IEnumerable<string> UnitedPaths(SyntaxTree tree) => tree.GetText().Lines
        .Where(line => $"{line}" is var text && text.Contains("<inheritdoc", StringComparison.Ordinal) && text.Contains("|/", StringComparison.Ordinal))
        .Select(line => $"{tree.FilePath}:{line.LineNumber + 1}: the part of the path after '|' selects nothing: write path=\"/*[self::param or self::exception]\".");

    private static bool IsWithinExpression(SyntaxNode node) => node is not (StatementSyntax or MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax);

    /// <summary>Whether users see a declaration: it and all types around it are public or protected.</summary>
    private static bool IsPublic(SyntaxNode declaration) =>
        declaration is MemberDeclarationSyntax && declaration.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().All(member =>
            member is BaseNamespaceDeclarationSyntax || member.Parent is InterfaceDeclarationSyntax
            || (member.Modifiers.Any(modifier => modifier.Kind() is SyntaxKind.PublicKeyword or SyntaxKind.ProtectedKeyword)
                && !member.Modifiers.Any(SyntaxKind.PrivateKeyword)));
}
