using FashionAE.Docs.Tests.Support;

namespace FashionAE.Docs.Tests;

public class PageBlockTests
{
    /// <summary>Another language name, such as bash, would exclude a block from the checks. ArchitectureTests reads text blocks.</summary>
    [Fact]
    public void Blocks_have_known_languages() =>
        Assert.Equal(
            ["csharp", "dockerfile", "python", "sh", "text"],
            PageBlock.All.Select(block => block.Language).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Blocks_are_counted_by_language_and_have_their_line()
    {
        string[] page = ["# Page", "```sh", "make", "```", "```csharp", "first();", "second();", "```", "- item", "  ```sh", "  make test", "  ```"];
        Assert.Equal(
            [
                new PageBlock("docs/page.md", "sh", 1, 3, "make"),
                new PageBlock("docs/page.md", "csharp", 1, 6, "first();\nsecond();"),
                new PageBlock("docs/page.md", "sh", 2, 11, "  make test"),
            ],
            PageBlock.Of("docs/page.md", page));
    }

    [Fact]
    public void A_block_without_an_end_is_an_error()
    {
        var error = Assert.Throws<InvalidDataException>(() => PageBlock.Of("docs/page.md", ["", "```sh", "make"]));
        Assert.Equal("docs/page.md:2: a block begins here and does not end.", error.Message);
    }
}
