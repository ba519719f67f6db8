using System.Net;
using FashionAE.Torch.Data;
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
        // A user who meets a proxy's page must learn which address gave it.
        var address = new Uri(Source, "train-images-idx3-ubyte.gz");
        Assert.True(error.Message.Contains($"{address}", StringComparison.Ordinal), $"{what}: {error.Message}");
    }

    [Fact]
    public async Task A_server_that_refuses_is_an_error_and_leaves_no_file()
    {
        using var handler = new StubHandler([], HttpStatusCode.NotFound);
        using var client = new HttpClient(handler);
        await Assert.ThrowsAsync<HttpRequestException>(() => FashionMnist.DownloadAsync(_folder.Path, Source, client));
        Assert.Empty(_folder.FileNames);
    }

    [Fact]
    public async Task Files_that_are_there_are_not_fetched_again()
    {
        foreach (var name in new[] { "train-images-idx3-ubyte", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte" })
            _folder.File(name, []);
        using var handler = new StubHandler([]);
        using var client = new HttpClient(handler);
        Assert.Equal(_folder.Path, await FashionMnist.DownloadAsync(_folder.Path, Source, client));
        Assert.Empty(handler.Requests);
    }

    public void Dispose() => _folder.Dispose();
}
