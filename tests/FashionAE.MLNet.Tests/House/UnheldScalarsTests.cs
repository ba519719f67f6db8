namespace FashionAE.MLNet.Tests.House;

[Trait("Pace", "slow")]
public class UnheldScalarsTests
{
    public static TheoryData<string> Projects => [.. SourceProject.Names];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Numbers_are_held_while_libtorch_reads_them(string project)
    {
        var compilation = SourceProject.Of(project).Compilation;
        Assert.NotNull(compilation.GetTypeByMetadataName(typeof(TorchSharp.Scalar).FullName!));
        SourceProject.AssertNone(SourceProject.Of(project).Trees.SelectMany(tree => UnheldScalars.Breaches(compilation.GetSemanticModel(tree))));
    }

    [Theory]
    [InlineData("t + 1", "op_Addition")]
    [InlineData("2.0 * t", "op_Multiply")]
    [InlineData("1 - t", "op_Subtraction")]
    [InlineData("t += u", "op_Addition")]
    [InlineData("t + u", "op_Addition")]
    [InlineData("t.mul(2)", "op_Implicit")]
    [InlineData("t.add(u, alpha: 0.5f)", "op_Implicit")]
    [InlineData("t.clamp(0, max)", "op_Implicit")]
    [InlineData("t.pow(2)", "op_Implicit")]
    [InlineData("t.fill_(1L)", "op_Implicit")]
    [InlineData("t.sum() < 3", "op_Implicit")]
    [InlineData("Take(3)", "op_Implicit")]
    [InlineData("t.add_(u)", "add_")]
    [InlineData("t.square()", "square")]
    [InlineData("nn.functional.leaky_relu(t, 0.1)", "leaky_relu")]
    public void A_number_that_is_not_held_is_found(string expression, string method) =>
        Assert.Contains($"Made.cs:5: ", Assert.Single(Breaches(expression), breach => breach.Contains(method)));

    [Theory]
    [InlineData("t * u")]
    [InlineData("t - u")]
    [InlineData("t.mul(max)")]
    [InlineData("t.add(u, max)")]
    [InlineData("t.clamp(null, max)")]
    [InlineData("t.reshape(2, 3)")]
    [InlineData("zeros(3)")]
    [InlineData("Do(() => log.add_histogram(null, t, 1))")]
    public void Code_without_scalars_has_no_breach(string expression) => Assert.Empty(Breaches(expression));

    private static string[] Breaches(string expression)
    {
        var tree = SourceProject.Parse($$"""
            using TorchSharp;
            using static TorchSharp.torch;
            class C
            {
                object M(Tensor t, Tensor u, Scalar max, TorchSharp.Modules.SummaryWriter log) => {{expression}};
                Tensor Take(Scalar number) => null;
                Tensor Do(Action action) => null;
            }
            """);
        var compilation = SourceProject.Compile("Made", [tree]);
        Assert.Empty(compilation.GetDiagnostics().Where(d => d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error));
        return [.. UnheldScalars.Breaches(compilation.GetSemanticModel(tree))];
    }
}
