using FashionAE.Docs.Tests.Support;
using Xunit.Abstractions;

namespace FashionAE.Docs.Tests;

public class CSharpBlockTests(ITestOutputHelper output)
{
    /// <summary>The blocks that are only compiled and not run, with the reasons.</summary>
    private static readonly (string Block, string Reason)[] NotRun =
    [
        ("docs/report.md, block 2", "serves until it is stopped"),
        ("docs/scaling.md, block 1", "needs MPI"),
        ("docs/scaling.md, block 2", "needs MPI"),
    ];

    private static readonly PageBlock[] All = [.. PageBlock.All.Where(block => block.Language == "csharp")];

    public static TheoryData<string> Blocks => [.. All.Select(block => block.ToString())];

    public static TheoryData<string> Pages => [.. All.Where(IsRun).Select(block => block.Page).Distinct()];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Every_block_compiles(string name)
    {
        var program = BlockProgram.Compile(All.Single(block => block.ToString() == name));
        output.WriteLine($"Of the prelude: {string.Join(", ", program.Borrowed)}");
        Complaints.AssertNone(program.Errors);
    }

    /// <summary>Blocks run in order, because a block may read a file that an earlier block wrote.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void The_blocks_of_a_page_run(string page)
    {
        using var folder = new ReadersFolder();
        try
        {
            foreach (var block in All.Where(block => block.Page == page && IsRun(block)))
            {
                Console.WriteLine($"== {block}");
                BlockProgram.Compile(block).Run();
            }
        }
        finally
        {
            output.WriteLine(folder.Printed);
        }
    }

    [Fact]
    public void Blocks_that_are_not_run_exist() =>
        Assert.Empty(NotRun.Select(entry => entry.Block).Except(All.Select(block => block.ToString())));

    [Fact]
    public void The_prelude_declares_nothing_that_no_block_needs() =>
        Assert.Empty(Prelude.Declarations.Select(declaration => declaration.Name).Except(All.SelectMany(block => BlockProgram.Compile(block).Borrowed)));

    [Fact]
    public void An_error_in_a_block_has_its_page_and_line()
    {
        var program = BlockProgram.Compile(Block("var schema = train.Schema;\ntrain.Fit();"));
        Assert.Equal(["ml", "train"], program.Borrowed.Order());
        Assert.StartsWith("docs/page.md:21: CS1061: 'IDataView' does not contain", Assert.Single(program.Errors));
    }

    [Fact]
    public void A_block_with_usings_must_declare_everything_that_it_uses()
    {
        var program = BlockProgram.Compile(Block("using Microsoft.ML;\n\nIDataView other = train;"));
        Assert.StartsWith("docs/page.md:22: CS0103: The name 'train' does not exist", Assert.Single(program.Errors));
    }

    [Fact]
    public void An_exception_of_a_block_has_the_line_of_the_page()
    {
        var program = BlockProgram.Compile(Block("var text = \"\";\nConsole.WriteLine(text[3]);"));
        Assert.Contains("docs/page.md:line 21", Assert.Throws<IndexOutOfRangeException>(program.Run).StackTrace);
    }

    private static PageBlock Block(string text) => new("docs/page.md", "csharp", 1, 20, text);

    private static bool IsRun(PageBlock block) => !NotRun.Any(entry => entry.Block == block.ToString());
}
