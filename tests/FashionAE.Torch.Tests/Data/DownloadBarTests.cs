namespace FashionAE.Torch.Tests.Data;

public sealed class DownloadBarTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };

    [Fact]
    public void A_bar_is_drawn_on_one_line_and_ends_it_when_the_file_is_complete()
    {
        Report(isRedirected: false, new("a.gz", 0, 3_000_000), new("a.gz", 1_500_000, 3_000_000), new("a.gz", 3_000_000, 3_000_000), new("b.gz", 1, 2_000_000));
        Assert.Equal(
            "\ra.gz                       [..............................] 0.0 of 3.0 MB"
            + "\ra.gz                       [###############...............] 1.5 of 3.0 MB"
            + "\ra.gz                       [##############################] 3.0 of 3.0 MB\n"
            + "\rb.gz                       [..............................] 0.0 of 2.0 MB",
            _output.ToString());
    }

    [Fact]
    public void A_bar_that_looks_the_same_is_not_drawn_again()
    {
        Report(isRedirected: false, [.. Enumerable.Range(1, 3000).Select(i => new DownloadProgress("a.gz", i * 1000, 3_000_000))]);
        Assert.Equal(31, _output.ToString().Count(character => character == '\r'));
        Assert.EndsWith("3.0 of 3.0 MB\n", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 3_000_000L, "a.gz, 3.0 MB\nb.gz, 3.0 MB\n")]
    [InlineData(true, null, "a.gz\nb.gz\n")]
    [InlineData(false, null, "a.gz\nb.gz\n")]
    public void Without_a_terminal_or_a_length_there_is_a_line_for_each_file(bool isRedirected, long? length, string expected)
    {
        Report(isRedirected, new("a.gz", 1, length), new("a.gz", 2, length), new("b.gz", 1, length));
        Assert.Equal(expected, _output.ToString());
    }

    public void Dispose() => _output.Dispose();

    private void Report(bool isRedirected, params DownloadProgress[] reports)
    {
        var bar = new DownloadBar(_output, isRedirected);
        foreach (var report in reports)
            bar.Report(report);
    }
}
