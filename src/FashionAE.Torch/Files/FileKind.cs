using System.Runtime.InteropServices;
using System.Text;

namespace FashionAE.Torch;

/// <summary>Tells regular files from pipes, devices and sockets without opening them: to open a pipe can take forever.</summary>
internal static partial class FileKind
{
    private const ushort KindMask = 0xf000;
    private const ushort Folder = 0x4000;
    private const ushort Regular = 0x8000;

    /// <summary>
    /// Tells whether a path, or the link that it is, leads to a pipe, a device or a socket. On other systems than Linux nothing counts as
    /// one.
    /// </summary>
    public static bool IsSpecial(string path)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        const int CurrentFolder = -100;
        const uint KindAlone = 1;
        var status = new byte[256];
        if (Status(CurrentFolder, Path.GetFullPath(path), 0, KindAlone, status) != 0)
            return false;
        // stx_mode of the structure statx, in the byte order of the machine.
        var mode = MemoryMarshal.Read<ushort>(status.AsSpan(28));
        return (mode & KindMask) is not (Folder or Regular);
    }

    /// <summary>Finds the file that a path means: the last target of a link, even if that is not there yet.</summary>
    /// <exception cref="IOException">Links lead in circles.</exception>
    public static string FollowLinks(string path)
    {
        if (new FileInfo(path).LinkTarget is null)
            return path;
        // .NET takes ".." in a target as text, which is wrong where the link is within a linked folder.
        var found = new byte[4096];
        return OperatingSystem.IsLinux() && RealPath(Path.GetFullPath(path), found) != 0
            ? Encoding.UTF8.GetString(found.AsSpan(0, Array.IndexOf(found, (byte)0)))
            : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RealPath(string path, Span<byte> found);
}
