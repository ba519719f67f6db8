namespace FashionAE.Extensions;

/// <summary>Identifies the version of a file, also on a network share and behind the links of a container volume.</summary>
internal readonly record struct FileVersion(DateTime Written, long Length)
{
    /// <summary>Gets the version of a file; null if the file is missing or being replaced.</summary>
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
