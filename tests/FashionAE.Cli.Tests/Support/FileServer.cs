using System.Net;
using System.Net.Sockets;

namespace FashionAE.Cli.Tests.Support;

/// <summary>Serves files over HTTP on this machine, by a function of their names; null is not found.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _answers;

    public FileServer(Func<string, byte[]?> content)
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = $"http://localhost:{((IPEndPoint)free.LocalEndpoint).Port}/";
        }
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _answers = Task.Run(() => Answer(content));
    }

    public string Address { get; }

    public void Dispose()
    {
        _listener.Close();
        _answers.Wait();
    }

    private async Task Answer(Func<string, byte[]?> content)
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception) when (!_listener.IsListening)
            {
                return;
            }
            var bytes = content(context.Request.Url!.Segments[^1]);
            context.Response.StatusCode = (int)(bytes is null ? HttpStatusCode.NotFound : HttpStatusCode.OK);
            context.Response.Close(bytes ?? [], willBlock: true);
        }
    }
}
