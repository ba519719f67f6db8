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
    public void The_readme_is_short() => Assert.InRange(File.ReadLines(Path.Combine(SourceProject.Root, "README.md")).Count(), 30, 130);
}
