namespace FashionAE.Torch;

/// <summary>Writes files whole or not at all.</summary>
internal static class AtomicFile
{
    /// <summary>
    /// Writes beside the file and renames when all is on the disk: a reader sees the old content or the new, and a failure leaves the old.
    /// A link stays, and so do the permissions of the file. Pipes and devices are written to as they are.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">The disk is full, the path is that of a folder, or its folder cannot be written to.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        if (Directory.Exists(path))
            throw new IOException($"{path} is a folder: name a file.");
        try
        {
            if (FileKind.IsSpecial(path))
                WriteThrough(path, write);
            else
                Replace(FileKind.FollowLinks(path), write);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(
                $"{path} cannot be written, access is denied: change its permissions or those of its folder, or name another one.", e);
        }
    }

    /// <summary>Writes text in UTF-8, as <see cref="Write(string, Action{Stream})"/> does.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">The content.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written to.</exception>
    public static void WriteText(string path, string text) => Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.Write(text);
    });

    private static void WriteThrough(string path, Action<Stream> write)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        write(stream);
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
}
