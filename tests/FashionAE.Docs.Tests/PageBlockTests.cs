using FashionAE.Docs.Tests.Support;

namespace FashionAE.Docs.Tests;

public class PageBlockTests
{
    /// <summary>Another name for a language, such as bash, would leave a block unchecked. Text is drawings, which ArchitectureTests reads.</summary>
    [Fact]
    public void Blocks_are_in_languages_that_are_checked_or_not_ours() =>
        Assert.Equal(
            ["csharp", "dockerfile", "python", "sh", "text"],
            PageBlock.All.Select(block => block.Language).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Blocks_are_counted_in_each_language_and_know_their_line()
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
