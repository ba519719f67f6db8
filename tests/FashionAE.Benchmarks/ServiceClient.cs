using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FashionAE.Benchmarks;

/// <summary>A connection to a web service that sends requests one after another with minimal overhead.</summary>
internal sealed class ServiceClient : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _answer = new byte[1 << 16];

    private ServiceClient()
    {
    }

    public static async Task<ServiceClient> ConnectAsync(IPEndPoint address)
    {
        var client = new ServiceClient();
        await client._socket.ConnectAsync(address);
        return client;
    }

    /// <summary>Creates the bytes of a request.</summary>
    public static byte[] Request(string path, byte[] body) =>
        [.. Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _socket.SendAsync(bytes);

    /// <summary>Sends a request and reads the answer.</summary>
    public async Task<(int Status, string Answer)> AskAsync(byte[] request)
    {
        await SendAsync(request);
        for (var count = 0; ;)
        {
            var read = await _socket.ReceiveAsync(_answer.AsMemory(count));
            count += read > 0 ? read : throw new IOException("The service closed the connection.");
            if (IsComplete(_answer.AsSpan(0, count)))
                return (int.Parse(_answer.AsSpan(9, 3), CultureInfo.InvariantCulture), Encoding.UTF8.GetString(_answer.AsSpan(0, count)));
        }
    }

    public void Dispose() => _socket.Dispose();

    // A response has a content length, or ends with an empty chunk.
    private static bool IsComplete(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return false;
        var field = answer[..head].IndexOf("Content-Length: "u8);
        if (field < 0)
            return answer.EndsWith("\r\n0\r\n\r\n"u8);
        var length = answer[(field + 16)..];
        return answer.Length >= head + 4 + int.Parse(length[..length.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
    }
}
