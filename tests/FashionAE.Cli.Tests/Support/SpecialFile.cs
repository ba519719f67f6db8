using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace FashionAE.Cli.Tests.Support;

/// <summary>Makes what has a path and is no regular file.</summary>
internal static class SpecialFile
{
    /// <summary>A pipe: who opens it waits for somebody at its other end.</summary>
    public static void Fifo(string path) => Assert.Equal(0, MakeFifo(path, 0x1a4));

    /// <summary>A socket, which stays when nobody listens any more.</summary>
    public static void Socket(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        // Disposing would remove the file.
        Assert.Equal(0, Link(path, path + ".kept"));
        socket.Dispose();
        File.Move(path + ".kept", path);
    }

    [DllImport("libc", EntryPoint = "mkfifo")]
    private static extern int MakeFifo([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);

    [DllImport("libc", EntryPoint = "link")]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);
}
