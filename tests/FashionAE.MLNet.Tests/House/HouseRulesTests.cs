namespace FashionAE.MLNet.Tests.House;

public class HouseRulesTests
{
    public static TheoryData<string> Projects => [.. SourceProject.Names];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_file_keeps_the_rules(string project)
    {
        var trees = SourceProject.Of(project).Trees;
        Assert.NotEmpty(trees);
        SourceProject.AssertNone(trees.SelectMany(HouseRules.Breaches));
    }

    [Fact]
    public void A_long_file_is_found()
    {
        var most = string.Concat(Enumerable.Repeat("//\n", HouseRules.MostLines));
        Assert.Empty(Breaches(most));
        Assert.StartsWith("Made.cs:321: the file has 321 lines", Assert.Single(Breaches(most + "//\n")));
        Assert.StartsWith("Made.cs:321: the file has 321 lines", Assert.Single(Breaches(most + "//")));
    }

    [Fact]
    public void A_long_line_is_found()
    {
        var most = new string('/', HouseRules.MostCharacters);
        Assert.Empty(Breaches($"{most}\n{most}\r\n"));
        Assert.StartsWith("Made.cs:2: the line has 141 characters", Assert.Single(Breaches($"//\n{most}/\n")));
    }

    [Theory]
    [InlineData("class C { void M(#) { } }")]
    [InlineData("class C { public void M(#) { } }")]
    [InlineData("class C { public C(#) { } }")]
    [InlineData("class C(#) { }")]
    [InlineData("struct C(#) { }")]
    [InlineData("delegate void D(#);")]
    [InlineData("interface I { void M(#); }")]
    [InlineData("public class C { internal void M(#) { } }")]
    [InlineData("public class C { private protected void M(#) { } }")]
    [InlineData("public class C { class D { public int this[#] => 0; } }")]
    [InlineData("public class C { public void M() { void Local(#) { } } }")]
    [InlineData("public class C { public Action F = (#) => { }; }")]
    public void A_long_list_of_parameters_is_found(string source)
    {
        Assert.Empty(Breaches(WithParameters(source, HouseRules.MostParameters)));
        Assert.StartsWith("Made.cs:2: there are 7 parameters", Assert.Single(Breaches(WithParameters("\n" + source, HouseRules.MostParameters + 1))));
    }

    [Theory]
    [InlineData("public class C { public void M(#) { } }")]
    [InlineData("namespace N { public class C { protected C(\n#) { } } }")]
    [InlineData("public class C(#) { }")]
    [InlineData("public interface I { void M(#); }")]
    [InlineData("sealed record Settings(#);")]
    public void Public_API_and_records_may_have_many_parameters(string source) => Assert.Empty(Breaches(WithParameters(source, 2 * HouseRules.MostParameters)));

    [Theory]
    [InlineData("a ? b : c ? d : e", 1)]
    [InlineData("a ? (b ? c : d) : e ? f : g", 2)]
    [InlineData("a ? $\"{(b ? c : d)}\" : F(e ? f : g)", 2)]
    [InlineData("a ? b : c", 0)]
    [InlineData("a ? F(x => x ? b : c) : d", 0)]
    [InlineData("(a ? b : c) + (d ? e : f)", 0)]
    [InlineData("a switch { 1 => b ? c : d, _ => e }", 0)]
    public void A_conditional_expression_within_another_is_found(string expression, int times)
    {
        var found = Breaches($"class C\n{{\nobject P => {expression};\n}}");
        Assert.Equal(times, found.Length);
        Assert.All(found, breach => Assert.StartsWith("Made.cs:3: a conditional expression is within another", breach));
    }

    [Fact]
    public void Inherited_documentation_with_a_path_of_two_parts_is_found()
    {
        Assert.Empty(Breaches("/// <inheritdoc cref=\"M\" path=\"/*[self::param or self::exception]\"/>\nclass C;"));
        Assert.StartsWith("Made.cs:2: the part", Assert.Single(Breaches("\n/// <inheritdoc cref=\"M\" path=\"/param|/exception\"/>\nclass C;")));
    }

    private static string WithParameters(string source, int count) => source
        .Replace("#", string.Join(", ", Enumerable.Range(0, count).Select(i => $"int a{i}")));

    private static string[] Breaches(string source) => [.. HouseRules.Breaches(SourceProject.Parse(source))];
}
