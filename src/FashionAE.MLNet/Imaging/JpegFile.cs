namespace FashionAE.MLNet;

/// <summary>The frame of a JPEG file (ITU-T T.81, annex B): segments of a marker and a length, coded data of scans, an end.</summary>
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

    /// <summary>Whether it begins as a JPEG file but a segment or the end is missing; the stream is back at its beginning.</summary>
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
            // The length counts its own two bytes; at the end of the file it is negative.
            var length = (stream.ReadByte() << 8) | stream.ReadByte();
            if (length < 2 || length - 2 > stream.Length - stream.Position)
                return false;
            stream.Position += length - 2;
        }
        return false;
    }

    /// <summary>Goes behind the next marker of a segment, over the coded data of a scan if need be; -1 at the end of the file.</summary>
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
