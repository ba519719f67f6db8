namespace FashionAE.Extensions;

/// <summary>What tells one version of a file from another, also on a network and behind the links of a container's volume.</summary>
internal readonly record struct FileVersion(DateTime Written, long Length)
{
    /// <summary>Looks at a file; null where it is missing or being replaced.</summary>
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
