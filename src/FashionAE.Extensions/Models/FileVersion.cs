namespace FashionAE.Extensions;

/// <summary>Identifies the version of a file, even if it is on a network share or is a symbolic link, as in a container volume.</summary>
internal readonly record struct FileVersion(DateTime Written, long Length)
{
    /// <summary>Gets the version of a file; null if the file is missing or is being replaced.</summary>
    public static FileVersion? Of(string path)
    {
        try
        {
            var file = new FileInfo(path);
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return new FileVersion(file.LastWriteTimeUtc, file.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
