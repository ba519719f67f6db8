using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace FashionAE.Cli.Tests.Support;

/// <summary>Creates special files, which are not regular files.</summary>
internal static class SpecialFile
{
    /// <summary>Creates a named pipe. Opening it waits for the other end.</summary>
    public static void Fifo(string path) => Assert.Equal(0, MakeFifo(path, 0x1a4));

    /// <summary>Creates a socket file, which remains when nothing listens any more.</summary>
    public static void Socket(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        // Disposing the socket would remove the file.
        Assert.Equal(0, Link(path, path + ".kept"));
        socket.Dispose();
        File.Move(path + ".kept", path);
    }

    [DllImport("libc", EntryPoint = "mkfifo")]
    private static extern int MakeFifo([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);

    [DllImport("libc", EntryPoint = "link")]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);
}
