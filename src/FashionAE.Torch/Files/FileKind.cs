using System.Runtime.InteropServices;
using System.Text;

namespace FashionAE.Torch;

/// <summary>Tells regular files from pipes, devices and sockets, which .NET cannot do without opening them: to open a pipe can take forever.</summary>
internal static class FileKind
{
    private const ushort KindMask = 0xf000;
    private const ushort Folder = 0x4000;
    private const ushort Regular = 0x8000;

    /// <summary>Opens a regular file, or a link to one.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its content.</returns>
    /// <exception cref="IOException">There is no such file, or it is no regular one.</exception>
    public static FileStream OpenRead(string path)
    {
        CheckRegular(path);
        return File.OpenRead(path);
    }

    /// <summary>Refuses what is there and is no regular file.</summary>
    /// <param name="path">The file; links are followed.</param>
    /// <exception cref="IOException">It is a folder, a pipe, a device or a socket.</exception>
    private static void CheckRegular(string path)
    {
        if (Directory.Exists(path) || IsSpecial(path))
            throw new IOException($"{path} is {(Directory.Exists(path) ? "a folder" : "a pipe, a device or a socket")}: name a regular file.");
    }

    /// <summary>Tells whether a path leads to a pipe, a device or a socket; on other systems than Linux nothing counts as one.</summary>
    /// <param name="path">The path; links are followed.</param>
    /// <returns>Whether it does.</returns>
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

    /// <summary>Finds the file that is meant by a path: the last target where it is a link, even if that is not there yet.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The path of what is no link.</returns>
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

    [DllImport("libc", EntryPoint = "statx")]
    private static extern int Status(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] status);

    [DllImport("libc", EntryPoint = "realpath")]
    private static extern nint RealPath([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [Out] byte[] found);
}
