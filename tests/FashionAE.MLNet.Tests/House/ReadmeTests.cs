namespace FashionAE.MLNet.Tests.House;

public class ReadmeTests
{
    [Fact]
    public void The_first_program_of_the_readme_is_the_example_that_is_built_and_run()
    {
        var readme = File.ReadAllText(Path.Combine(SourceProject.Root, "README.md"));
        var first = readme.Split("```csharp\n")[1].Split("```")[0];
        Assert.Equal(File.ReadAllText(Path.Combine(SourceProject.Root, "examples", "QuickStart", "Program.cs")), first);
    }

    [Fact]
    public void The_readme_is_short()
    {
        var lines = File.ReadLines(Path.Combine(SourceProject.Root, "README.md")).Count();
        Assert.True(lines is >= 30 and <= 120, $"README.md has {lines} lines, but the limit is 120: move the rest to a page in docs.");
    }
}
