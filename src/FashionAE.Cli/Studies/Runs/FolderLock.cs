namespace FashionAE.Cli;

/// <summary>Locks a folder, so that only one run at a time writes to it.</summary>
internal static class FolderLock
{
    /// <summary>The name of the lock file, which a run keeps open.</summary>
    public const string FileName = "run.lock";

    // The error codes for a file that another process has locked, on Linux, macOS and Windows.
    private static readonly int[] InUse = [11, 35, 32];

    /// <summary>
    /// Creates the folder if needed, locks it, and removes the temporary files of a killed process.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="files">The paths of its files that are written atomically.</param>
    /// <returns>The lock. It is released when it is disposed or the process ends, even if the process is killed.</returns>
    /// <exception cref="IOException">Another run is writing to the folder.</exception>
    public static IDisposable Take(string folder, IEnumerable<string> files)
    {
        Directory.CreateDirectory(folder);
        try
        {
            // The lock file of a killed process is not locked.
            var held = new FileStream(
                Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            foreach (var file in files.SelectMany(file => Directory.GetFiles(folder, $"{Path.GetFileName(file)}.*.tmp")))
                File.Delete(file);
            return held;
        }
        catch (IOException e) when (InUse.Contains(e.HResult & 0xffff))
        {
            throw new IOException($"{folder} is in use: another run is writing to it. Wait until it ends, or use another folder.", e);
        }
    }
}
