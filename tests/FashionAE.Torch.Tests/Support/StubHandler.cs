using System.Net;

namespace FashionAE.Torch.Tests.Support;

/// <summary>Answers requests with a function of their address, and records the addresses.</summary>
internal sealed class StubHandler(Func<Uri, HttpContent> answer, HttpStatusCode status = HttpStatusCode.OK) : HttpMessageHandler
{
    /// <summary>Answers every request with the same bytes.</summary>
    public StubHandler(byte[] answer, HttpStatusCode status = HttpStatusCode.OK)
        : this(_ => new ByteArrayContent(answer), status)
    {
    }

    public List<Uri?> Requests { get; } = [];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add(request.RequestUri);
        return Task.FromResult(new HttpResponseMessage(status) { Content = answer(request.RequestUri!) });
    }
}
