using System.Net;
using FashionAE.Tests.Shared;
using FashionAE.Torch.Tests.Support;

namespace FashionAE.Torch.Tests.Data;

public sealed class FashionMnistDownloadTests : IDisposable
{
    private static readonly Uri Source = new("http://data.example/fashion/");

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, byte[]> WrongAnswers => new()
    {
        { "another file", TestFiles.Compressed([0, 0, 8, 1, 0, 0, 0, 1, 7]) },
        { "half a file", TestFiles.Compressed(new byte[1000])[..12] },
        { "a page of text", "<html>Please log in</html>"u8.ToArray() },
        { "nothing", [] },
    };

    [Theory]
    [MemberData(nameof(WrongAnswers))]
    public async Task Wrong_bytes_are_refused_and_leave_no_file(string what, byte[] answer)
    {
        using var handler = new StubHandler(answer);
        using var client = new HttpClient(handler);
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => FashionMnist.DownloadAsync(_folder.Path, Source, client));
        Assert.Empty(_folder.FileNames);
        // A user who gets a proxy's page must see which address returned it.
        var address = new Uri(Source, "train-images-idx3-ubyte.gz");
        Assert.True(error.Message.Contains($"{address}", StringComparison.Ordinal), $"{what}: {error.Message}");
    }

    [Fact]
    public async Task A_server_that_refuses_is_an_error_and_leaves_no_file()
    {
        using var handler = new StubHandler([], HttpStatusCode.NotFound);
        using var client = new HttpClient(handler);
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => FashionMnist.DownloadAsync(_folder.Path, Source, client));
        Assert.StartsWith(
            $"Fashion-MNIST could not be downloaded from {Source}train-images-idx3-ubyte.gz (", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            "): try again, set the address of a mirror in $FASHION_MNIST_SOURCE, or set the folder with its four files in $FASHION_MNIST.",
            error.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, error.StatusCode);
        Assert.Empty(_folder.FileNames);
    }

    [Fact]
    public async Task Existing_files_are_not_downloaded_again()
    {
        foreach (var name in new[] { "train-images-idx3-ubyte", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte" })
            _folder.File(name, []);
        using var handler = new StubHandler([]);
        using var client = new HttpClient(handler);
        Assert.Equal(_folder.Path, await FashionMnist.DownloadAsync(_folder.Path, Source, client));
        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task Progress_counts_the_bytes_of_the_running_file_up_to_its_length()
    {
        var answer = new byte[300_000];
        var reports = new List<DownloadProgress>();
        using var handler = new StubHandler(answer);
        using var client = new HttpClient(handler);
        await Assert.ThrowsAsync<InvalidDataException>(() =>
            FashionMnist.DownloadAsync(_folder.Path, Source, client, new ProgressAction<DownloadProgress>(reports.Add)));
        Assert.All(reports, report => Assert.Equal(("train-images-idx3-ubyte.gz", 300_000L), (report.File, report.Length)));
        Assert.True(reports.Count > 1, "A file that comes in several reads is told of more than once.");
        Assert.Equal(reports.Select(report => report.Received).Order().Distinct(), reports.Select(report => report.Received));
        Assert.Equal(300_000, reports[^1].Received);
    }

    [Fact]
    public async Task Progress_has_no_length_if_the_server_sends_none()
    {
        var reports = new List<DownloadProgress>();
        using var handler = new StubHandler(_ => new StreamContent(TestFiles.ForwardOnly(new byte[1000])));
        using var client = new HttpClient(handler);
        await Assert.ThrowsAsync<InvalidDataException>(() =>
            FashionMnist.DownloadAsync(_folder.Path, Source, client, new ProgressAction<DownloadProgress>(reports.Add)));
        Assert.Equal(new DownloadProgress("train-images-idx3-ubyte.gz", 1000, null), reports[^1]);
    }

    [Theory]
    [InlineData("http://data.example/fashion/")]
    [InlineData("http://data.example/fashion")]
    public async Task The_address_of_the_folder_may_end_with_a_slash_or_not(string source)
    {
        using var handler = new StubHandler([]);
        using var client = new HttpClient(handler);
        await Assert.ThrowsAsync<InvalidDataException>(() => FashionMnist.DownloadAsync(_folder.Path, new Uri(source), client));
        Assert.Equal([new Uri("http://data.example/fashion/train-images-idx3-ubyte.gz")], handler.Requests);
    }

    public static TheoryData<string, Exception> Breaks => new()
    {
        { "the connection is lost", new IOException("Connection reset by peer") },
        { "the client loses patience", new TaskCanceledException("A task was canceled.") },
    };

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task A_download_that_breaks_off_is_an_error_that_names_the_address(string what, Exception end)
    {
        using var handler = new StubHandler(_ => new StreamContent(new BreakingStream(new byte[1000], () => throw end)));
        using var client = new HttpClient(handler);
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => FashionMnist.DownloadAsync(_folder.Path, Source, client));
        Assert.True(error.Message.Contains($"{Source}train-images-idx3-ubyte.gz", StringComparison.Ordinal), $"{what}: {error.Message}");
        Assert.Same(end, error.GetBaseException());
        Assert.Empty(_folder.FileNames);
    }

    [Fact]
    public async Task A_download_can_be_canceled_within_a_file()
    {
        using var source = new CancellationTokenSource();
        using var handler = new StubHandler(_ => new StreamContent(new BreakingStream(new byte[1000], source.Cancel)));
        using var client = new HttpClient(handler);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            FashionMnist.DownloadAsync(_folder.Path, Source, client, cancellationToken: source.Token));
        Assert.Empty(_folder.FileNames);
    }

    [SkippableFact]
    public async Task The_published_files_are_accepted_and_kept_unpacked()
    {
        var published = FashionMnist.Locate();
        Skip.If(published is null, "Fashion-MNIST is not on this machine.");
        byte[] Packed(string name) => File.Exists(Path.Combine(published, name))
            ? File.ReadAllBytes(Path.Combine(published, name))
            : TestFiles.Compressed(File.ReadAllBytes(Path.Combine(published, name[..^3])));
        using var handler = new StubHandler(address => new ByteArrayContent(Packed(address.Segments[^1])));
        using var client = new HttpClient(handler);

        Assert.Equal(_folder.Path, await FashionMnist.DownloadAsync(_folder.Path, Source, client));
        Assert.Equal(["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", "train-images-idx3-ubyte", "train-labels-idx1-ubyte"], _folder.FileNames);
        Assert.Equal(_folder.Path, FashionMnist.Locate(_folder.Path));
        // The size of the published file: 10,000 labels after a header of 8 bytes.
        Assert.Equal(10_008, new FileInfo(_folder.File("t10k-labels-idx1-ubyte")).Length);
        using var images = FashionMnist.Load(FashionMnistSplit.Test, _folder.Path);
        Assert.Equal(10_000, images.Count);
    }

    [Fact]
    public async Task Without_a_folder_nothing_is_downloaded_if_the_data_set_is_found()
    {
        using var variables = new Variables(TestFiles.Sample, null);
        using var handler = new StubHandler([]);
        using var client = new HttpClient(handler);
        Assert.Equal(TestFiles.Sample, await FashionMnist.DownloadAsync(client: client));
        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task Without_a_folder_the_variables_decide_about_folder_and_source()
    {
        using var variables = new Variables(_folder.File("named"), "https://mirror.example/files/");
        using var handler = new StubHandler([]);
        using var client = new HttpClient(handler);
        await Assert.ThrowsAsync<InvalidDataException>(() => FashionMnist.DownloadAsync(client: client));
        Assert.Equal([new Uri("https://mirror.example/files/train-images-idx3-ubyte.gz")], handler.Requests);
        Assert.True(Directory.Exists(_folder.File("named")));
    }

    [Theory]
    [InlineData("mirror.example")]
    [InlineData("/usr/share")]
    [InlineData("ftp://mirror.example/")]
    public async Task A_variable_that_is_not_an_address_is_an_error_that_names_it(string source)
    {
        using var variables = new Variables(_folder.Path, source);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => FashionMnist.DownloadAsync());
        Assert.StartsWith($"$FASHION_MNIST_SOURCE is '{source}': ", error.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.FileNames);
    }

    [Theory]
    [InlineData("file:///usr/share/datasets/")]
    [InlineData("ftp://mirror.example/")]
    [InlineData("mirror.example/files")]
    public async Task A_source_that_is_not_a_web_address_is_an_error_that_names_it(string source)
    {
        var address = new Uri(source, UriKind.RelativeOrAbsolute);
        var folder = _folder.File("new");
        var error = await Assert.ThrowsAsync<ArgumentException>(() => FashionMnist.DownloadAsync(folder, address));
        Assert.Equal("source", error.ParamName);
        Message.Says(error.Message, $"'{address}'", "http://", "https://");
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void The_folder_for_downloads_does_not_depend_on_where_a_program_is_started() => Assert.True(Path.IsPathRooted(FashionMnist.DownloadDirectory));

    public void Dispose() => _folder.Dispose();

    /// <summary>Sets the environment variables of downloads, and restores them.</summary>
    private sealed class Variables : IDisposable
    {
        private readonly Dictionary<string, string?> _before =
            new[] { "FASHION_MNIST", "FASHION_MNIST_SOURCE" }.ToDictionary(name => name, Environment.GetEnvironmentVariable);

        public Variables(string? folder, string? source)
        {
            Environment.SetEnvironmentVariable("FASHION_MNIST", folder);
            Environment.SetEnvironmentVariable("FASHION_MNIST_SOURCE", source);
        }

        public void Dispose()
        {
            foreach (var (name, value) in _before)
                Environment.SetEnvironmentVariable(name, value);
        }
    }
}
