namespace FashionAE.Cli;

/// <summary>Keeps a second run out of a folder that one writes to.</summary>
internal static class FolderLock
{
    /// <summary>The file that a run holds open.</summary>
    public const string FileName = "run.lock";

    // What systems call a file that another process has locked: Linux, macOS, Windows.
    private static readonly int[] InUse = [11, 35, 32];

    /// <summary>
    /// Makes the folder where there is none, keeps others from writing to it, and removes what a killed process has left half written.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="files">The paths of its files that are written atomically.</param>
    /// <returns>What lets others write again when it is disposed, or the process ends, however that ends.</returns>
    /// <exception cref="IOException">Another run writes to the folder.</exception>
    public static IDisposable Take(string folder, IEnumerable<string> files)
    {
        Directory.CreateDirectory(folder);
        try
        {
            // A file that a killed process left is locked by nobody.
            var held = new FileStream(
                Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            foreach (var file in files.SelectMany(file => Directory.GetFiles(folder, $"{Path.GetFileName(file)}.*.tmp")))
                File.Delete(file);
            return held;
        }
        catch (IOException e) when (InUse.Contains(e.HResult & 0xffff))
        {
            throw new IOException($"{folder} is in use, another run writes to it: wait until that has ended, or use another folder.", e);
        }
    }
}
