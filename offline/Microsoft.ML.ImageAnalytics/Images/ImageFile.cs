namespace Microsoft.ML.Images;

/// <summary>Reads files no further than to the limit and writes them whole or not at all.</summary>
internal static class ImageFile
{
    public static ReadOnlyMemory<byte> Read(string path)
    {
        if (Directory.Exists(path))
            throw new InvalidDataException("it is a folder");
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return Read(stream);
    }

    public static ReadOnlyMemory<byte> Read(Stream stream, int limit = ImageLimits.EncodedBytes)
    {
        var expected = stream.CanSeek ? Math.Clamp(stream.Length - stream.Position, 0, limit) : 0;
        using var bytes = new MemoryStream((int)expected);
        var buffer = new byte[1 << 14];
        for (int count; (count = stream.Read(buffer)) > 0;)
        {
            if (bytes.Length + count > limit)
                throw new InvalidDataException($"it has more than the {limit} bytes that can be read");
            bytes.Write(buffer, 0, count);
        }
        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    /// <summary>Writes beside the file and renames at the end: a failure leaves what was there.</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path)), Path.GetRandomFileName());
        var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write);
        try
        {
            using (stream)
                stream.Write(bytes);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
