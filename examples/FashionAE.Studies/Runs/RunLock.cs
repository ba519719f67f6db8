namespace FashionAE.Studies.Runs;

/// <summary>Keeps other processes from writing to the folder of a run; it ends with the process, however that ends.</summary>
internal sealed class RunLock : IDisposable
{
    private const string Name = "run.lock";

    // What systems call a file that another process has locked: Linux, macOS, Windows.
    private static readonly int[] InUse = [11, 35, 32];

    private readonly FileStream _file;

    /// <exception cref="IOException">Another process has the folder, or it cannot be written to.</exception>
    public RunLock(string folder)
    {
        try
        {
            // A file that a killed process left is locked by nobody.
            _file = new FileStream(Path.Combine(folder, Name), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (InUse.Contains(e.HResult & 0xffff))
        {
            throw new IOException($"{folder} is in use, another run writes to it: wait until that has ended, or use another folder.", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
