namespace FashionAE.MLNet.Tests.House;

public class TestTreeTests
{
    /// <summary>
    /// The folders of tests that need no counterpart in src: test doubles, recorded files, and tests of the repository itself.
    /// </summary>
    private static readonly string[] Others = ["Golden", "House", "Support"];

    public static TheoryData<string> Projects =>
        [.. SourceProject.Names.Where(name => Directory.Exists(Path.Combine(SourceProject.Root, "tests", $"{name}.Tests")))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_folder_of_tests_is_a_folder_of_the_source(string project)
    {
        var missing = Strays(Path.Combine(SourceProject.Root, "src", project), Path.Combine(SourceProject.Root, "tests", $"{project}.Tests"));
        SourceProject.AssertNone(missing.Select(folder =>
            $"tests/{project}.Tests/{folder}: src/{project}/{folder} does not exist: move the tests to the folder of the code under test."));
    }

    [Fact]
    public void A_folder_that_the_source_does_not_have_is_found()
    {
        var root = Directory.CreateTempSubdirectory("fashionae-tree-");
        try
        {
            root.CreateSubdirectory("src/Models");
            foreach (var folder in new[] { "Models", "Support", "Persistence", "Models/Support", "Models/Weights" })
                File.WriteAllText(Path.Combine(root.CreateSubdirectory($"tests/{folder}").FullName, "Tests.cs"), "");
            root.CreateSubdirectory("tests/Models/Pictures");
            Assert.Equal(["Models/Weights", "Persistence"], Strays(Path.Combine(root.FullName, "src"), Path.Combine(root.FullName, "tests")));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    /// <summary>The folders with code in a test project that the source project does not have.</summary>
    private static string[] Strays(string source, string tests) => [.. Directory.EnumerateFiles(tests, "*.cs", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(tests, Path.GetDirectoryName(file)!)).Distinct()
        .Where(folder => !Others.Contains(Path.GetFileName(folder)) && !Directory.Exists(Path.Combine(source, folder)))
        .Order(StringComparer.Ordinal)];
}
