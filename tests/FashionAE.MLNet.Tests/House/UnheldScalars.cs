using System.Reflection;
using System.Reflection.Emit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TorchSharp;

namespace FashionAE.MLNet.Tests.House;

/// <summary>
/// Finds where a number becomes a <see cref="Scalar"/> that nobody holds: by an implicit conversion in the code itself, or within what it
/// calls of TorchSharp to get a tensor, as a sum of two tensors makes one of the factor 1. For what gives none, such as a log's histogram,
/// nothing else could be called.
/// </summary>
internal static class UnheldScalars
{
    private static readonly Lazy<HashSet<int>> Conversions = new(FindConversions);

    public static IEnumerable<string> Breaches(SemanticModel model) =>
        from node in model.SyntaxTree.GetRoot().DescendantNodes()
        from method in Called(model, node)
        where method.ContainingAssembly?.Name == "TorchSharp" && method.ReturnType.Name is nameof(Scalar) or nameof(torch.Tensor)
            && Conversions.Value.Contains((method.ReducedFrom ?? method).OriginalDefinition.MetadataToken)
        select $"{SourceProject.Place(node)}: {method.ContainingType.Name}.{method.Name} makes a Scalar that is not held: use what HeldScalars has.";

    private static IEnumerable<IMethodSymbol> Called(SemanticModel model, SyntaxNode node)
    {
        if (node is not ExpressionSyntax expression)
            yield break;
        if (node is InvocationExpressionSyntax or BinaryExpressionSyntax or AssignmentExpressionSyntax or BaseObjectCreationExpressionSyntax
            && model.GetSymbolInfo(node).Symbol is IMethodSymbol called)
            yield return called;
        if (model.GetConversion(expression).MethodSymbol is { } conversion)
            yield return conversion;
    }

    /// <summary>Gives the metadata tokens of the conversions, and of all methods of TorchSharp that call them, or call one that does.</summary>
    private static HashSet<int> FindConversions()
    {
        const BindingFlags All = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;
        var methods = typeof(Scalar).Assembly.GetTypes().SelectMany(type => type.GetMembers(All)).OfType<MethodBase>()
            .ToDictionary(method => method.MetadataToken, method => method.GetMethodBody()?.GetILAsByteArray() ?? []);
        var found = typeof(Scalar).GetMember("op_Implicit").Select(method => method.MetadataToken).ToHashSet();
        for (var last = 0; last < found.Count;)
        {
            last = found.Count;
            found.UnionWith(methods.Where(method => Calls(method.Value, found)).Select(method => method.Key).ToArray());
        }
        return found;
    }

    private static bool Calls(ReadOnlySpan<byte> code, HashSet<int> methods)
    {
        for (var i = 0; i + sizeof(int) < code.Length; i++)
        {
            var isCall = code[i] == OpCodes.Call.Value || code[i] == OpCodes.Callvirt.Value || code[i] == OpCodes.Newobj.Value;
            if (isCall && methods.Contains(BitConverter.ToInt32(code[(i + 1)..])))
                return true;
        }
        return false;
    }
}
