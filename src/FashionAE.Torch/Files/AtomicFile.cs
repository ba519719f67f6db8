using System.Runtime.InteropServices;
using System.Text;

namespace FashionAE.Torch;

/// <summary>Writes files atomically: either the complete new file appears, or the old one is untouched.</summary>
public static partial class AtomicFile
{
    /// <summary>
    /// Writes a temporary file beside the file and renames it when all is on the disk. A reader sees the old content or the new, and an
    /// exception leaves the old. A link stays, and so do the permissions of the file. Pipes and devices are written to directly.
    /// </summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <param name="write">Writes the content to the stream that it is given, and does not close it.</param>
    /// <exception cref="IOException">The disk is full, the path is that of a folder, or its folder cannot be written to.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        if (Directory.Exists(path))
            throw new IOException($"{path} is a folder: name a file.");
        try
        {
            if (!IsSpecial(path))
            {
                Replace(FollowLinks(path), write);
                return;
            }
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            write(stream);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(
                $"{path} cannot be written, access is denied: change its permissions or those of its folder, or name another one.", e);
        }
    }

    /// <summary>Writes text in UTF-8, as <see cref="Write"/> does.</summary>
    /// <param name="text">The content.</param>
    /// <inheritdoc cref="Write" path="/param[@name='path']|/exception"/>
    public static void WriteText(string path, string text) => Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.Write(text);
    });

    /// <summary>
    /// Opens a regular file, or a link to one, for reading. A pipe, which could keep the caller waiting forever, is refused. The content is
    /// that of one <see cref="Write"/>, also if another process replaces the file meanwhile.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>Its content, at the beginning; the caller disposes it.</returns>
    /// <exception cref="IOException">There is no such file, or it is a folder, a pipe, a device or a socket.</exception>
    public static FileStream OpenRead(string path)
    {
        var isFolder = Directory.Exists(path);
        if (isFolder || IsSpecial(path))
            throw new IOException($"{path} is {(isFolder ? "a folder" : "a pipe, a device or a socket")}: name a regular file.");
        return File.OpenRead(path);
    }

    /// <summary>Reads a regular file; what breaks the rules of its format is told with its path.</summary>
    internal static T Read<T>(string path, string format, Func<Stream, T> read)
    {
        using var file = OpenRead(path);
        try
        {
            return read(file);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path} is not a valid {format} file: {e.Message}", e);
        }
    }

    private static void Replace(string path, Action<Stream> write)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        UnixFileMode? mode = !OperatingSystem.IsWindows() && File.Exists(path) ? File.GetUnixFileMode(path) : null;
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            // What only some may read is hidden from the others while it is written, too.
            if (mode is not null && !OperatingSystem.IsWindows())
                options.UnixCreateMode = mode;
            using (var stream = new FileStream(temporary, options))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
                // The process may take away permissions of the files that it makes.
                if (mode is { } kept && !OperatingSystem.IsWindows())
                    File.SetUnixFileMode(stream.SafeFileHandle, kept);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Tells whether a path leads to a pipe, a device or a socket, also by a link; on other systems than Linux, never.</summary>
    private static bool IsSpecial(string path)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        const int CurrentFolder = -100;
        const uint KindAlone = 1;
        const ushort KindMask = 0xf000;
        const ushort Folder = 0x4000;
        const ushort Regular = 0x8000;
        var status = new byte[256];
        if (Status(CurrentFolder, Path.GetFullPath(path), 0, KindAlone, status) != 0)
            return false;
        // stx_mode of the structure statx, in the byte order of the machine.
        var mode = MemoryMarshal.Read<ushort>(status.AsSpan(28));
        return (mode & KindMask) is not (Folder or Regular);
    }

    /// <summary>Finds the file that a path means: the last target of a link, even if that is not there yet.</summary>
    /// <exception cref="IOException">Links lead in circles.</exception>
    private static string FollowLinks(string path)
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
