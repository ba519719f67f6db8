using System.Reflection;
using System.Reflection.Emit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TorchSharp;

namespace FashionAE.MLNet.Tests.House;

/// <summary>
/// Finds code that converts a number to a <see cref="Scalar"/> without keeping a reference to it. The conversion may be implicit in the
/// code itself, or inside a TorchSharp method that returns a tensor: a sum of two tensors, for example, creates a scalar for the factor 1.
/// Methods that return no tensor, such as a log's histogram, are ignored, because there is no alternative to them.
/// </summary>
internal static class UnheldScalars
{
    private static readonly Lazy<HashSet<int>> Conversions = new(FindConversions);

    public static IEnumerable<string> Breaches(SemanticModel model) =>
        from node in model.SyntaxTree.GetRoot().DescendantNodes()
        from method in Called(model, node)
        where method.ContainingAssembly?.Name == "TorchSharp" && method.ReturnType.Name is nameof(Scalar) or nameof(torch.Tensor)
            && Conversions.Value.Contains((method.ReducedFrom ?? method).OriginalDefinition.MetadataToken)
        select $"{SourceProject.Place(node)}: {method.ContainingType.Name}.{method.Name} creates a Scalar without a reference: use HeldScalars.";

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

    /// <summary>
    /// Returns the metadata tokens of the conversions, and of all TorchSharp methods that call them, directly or through other methods.
    /// </summary>
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
