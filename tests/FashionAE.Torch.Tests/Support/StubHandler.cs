using System.Net;

namespace FashionAE.Torch.Tests.Support;

/// <summary>Answers every request with the same bytes, and remembers the addresses.</summary>
internal sealed class StubHandler(byte[] answer, HttpStatusCode status = HttpStatusCode.OK) : HttpMessageHandler
{
    public List<Uri?> Requests { get; } = [];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add(request.RequestUri);
        return Task.FromResult(new HttpResponseMessage(status) { Content = new ByteArrayContent(answer) });
    }
}
