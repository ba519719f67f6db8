using System.Net;
using System.Net.Sockets;

namespace FashionAE.Cli.Tests.Support;

/// <summary>Serves files over HTTP on this machine. A function returns the content for a name, or null for 404.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly HttpListener _listener;
    private readonly Task _answers;

    public FileServer(Func<string, byte[]?> content)
    {
        (_listener, Address) = Listen();
        _answers = Task.Run(() => Answer(content));
    }

    public string Address { get; }

    public void Dispose()
    {
        _listener.Close();
        _answers.Wait();
    }

    /// <summary>Starts the server. Tries another port if another process takes the free port first.</summary>
    private static (HttpListener Listener, string Address) Listen()
    {
        for (var attempt = 0; ; attempt++)
        {
            using var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            var address = $"http://localhost:{((IPEndPoint)free.LocalEndpoint).Port}/";
            free.Stop();
            var listener = new HttpListener();
            listener.Prefixes.Add(address);
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException) when (attempt < 10)
            {
                listener.Close();
            }
        }
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
