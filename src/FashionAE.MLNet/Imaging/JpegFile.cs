namespace FashionAE.MLNet;

/// <summary>
/// Checks the structure of a JPEG file (ITU-T T.81, annex B): segments with a marker and a length, coded data of scans, and an end marker.
/// </summary>
internal static class JpegFile
{
    private const int MarkerPrefix = 0xff;
    private const int StuffedByte = 0x00;
    private const int Temporary = 0x01;
    private const int FirstRestart = 0xd0;
    private const int LastRestart = 0xd7;
    private const int Start = 0xd8;
    private const int End = 0xd9;
    private const int Scan = 0xda;

    /// <summary>
    /// Determines whether a stream starts like a JPEG file but lacks a segment or the end marker. Resets the stream to its beginning.
    /// </summary>
    public static bool IsCutOff(Stream stream)
    {
        var isJpeg = stream.ReadByte() == MarkerPrefix && stream.ReadByte() == Start;
        var isCutOff = isJpeg && !HasAllSegments(stream);
        stream.Position = 0;
        return isCutOff;
    }

    private static bool HasAllSegments(Stream stream)
    {
        var hasScan = false;
        while (NextMarker(stream) is var marker and >= 0)
        {
            if (marker == End)
                return hasScan;
            hasScan |= marker == Scan;
            // The length includes its own two bytes. At the end of the file it is negative.
            var length = (stream.ReadByte() << 8) | stream.ReadByte();
            if (length < 2 || length - 2 > stream.Length - stream.Position)
                return false;
            stream.Position += length - 2;
        }
        return false;
    }

    /// <summary>
    /// Skips the coded data of a scan, moves past the next segment marker and returns it; returns -1 at the end of the file.
    /// </summary>
    private static int NextMarker(Stream stream)
    {
        for (var value = stream.ReadByte(); value >= 0; value = stream.ReadByte())
        {
            if (value != MarkerPrefix)
                continue;
            while (value == MarkerPrefix)
                value = stream.ReadByte();
            if (value is not (StuffedByte or Temporary or (>= FirstRestart and <= LastRestart)))
                return value;
        }
        return -1;
    }
}
