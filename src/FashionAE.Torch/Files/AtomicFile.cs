using System.Runtime.InteropServices;
using System.Text;

namespace FashionAE.Torch;

/// <summary>Writes files atomically: either the complete new file appears, or the old one is untouched.</summary>
public static partial class AtomicFile
{
    /// <summary>
    /// Writes a temporary file in the same folder, and renames it to the file when it is completely on the disk. A reader sees either the
    /// old or the new content. After an exception, the old content is unchanged. Symbolic links and Unix permissions are kept. On Linux,
    /// pipes and devices are written to directly.
    /// </summary>
    /// <param name="path">The path of the file, in an existing folder.</param>
    /// <param name="write">Writes the content to the stream, without closing it. Its exceptions are passed on.</param>
    /// <exception cref="IOException">The disk is full, the path is a folder, or the folder of the file cannot be written to.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        if (Directory.Exists(path))
            throw new IOException($"{path} is a folder: specify a file.");
        UnauthorizedAccessException? ofContent = null;
        try
        {
            if (!IsSpecial(path))
            {
                Replace(FollowLinks(path), WriteContent);
                return;
            }
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            WriteContent(stream);
        }
        catch (UnauthorizedAccessException e) when (e != ofContent)
        {
            throw new IOException(
                $"{path} cannot be written, access is denied: change its permissions or those of its folder, or specify another file.", e);
        }

        void WriteContent(Stream stream)
        {
            try
            {
                write(stream);
            }
            catch (UnauthorizedAccessException e)
            {
                // The content may be read from another file, which denied access.
                ofContent = e;
                throw;
            }
        }
    }

    /// <summary>Writes text as UTF-8, atomically like <see cref="Write"/>.</summary>
    /// <param name="text">The content.</param>
    /// <inheritdoc cref="Write" path="/*[@name='path' or self::exception]"/>
    public static void WriteText(string path, string text) => Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.Write(text);
    });

    /// <summary>
    /// Opens a regular file, or a link to one, for reading. On Linux, pipes are refused, because reading from one could block forever. The
    /// content is that of a single <see cref="Write"/>, even if another process replaces the file in the meantime.
    /// </summary>
    /// <param name="path">The path of the file.</param>
    /// <returns>The stream, at its beginning. The caller must dispose it.</returns>
    /// <exception cref="IOException">The file does not exist, or is a folder, a pipe, a device or a socket.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    public static FileStream OpenRead(string path)
    {
        var isFolder = Directory.Exists(path);
        if (isFolder || IsSpecial(path))
            throw new IOException($"{path} is {(isFolder ? "a folder" : "a pipe, a device or a socket")}: specify a regular file.");
        return File.OpenRead(path);
    }

    /// <summary>Reads a regular file. If its format is invalid, the exception names the path.</summary>
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
            // Hide the temporary file from the same users as the file.
            if (mode is not null && !OperatingSystem.IsWindows())
                options.UnixCreateMode = mode;
            using (var stream = new FileStream(temporary, options))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
                // The umask of the process may have removed permissions.
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

    /// <summary>
    /// Returns whether a path is a pipe, a device or a socket, or a link to one. The result is always false on systems other than Linux.
    /// </summary>
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
        // The field stx_mode of the structure statx, in the machine's byte order.
        var mode = MemoryMarshal.Read<ushort>(status.AsSpan(28));
        return (mode & KindMask) is not (Folder or Regular);
    }

    /// <summary>Returns the final target of a link, even if it does not exist yet; the path itself if it is not a link.</summary>
    /// <exception cref="IOException">The links form a cycle.</exception>
    private static string FollowLinks(string path)
    {
        if (new FileInfo(path).LinkTarget is null)
            return path;
        // .NET resolves ".." in a target as text, which is wrong if the link is inside a linked folder.
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
