namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Images;

/// <summary>A file in the folder Fixtures.</summary>
internal static class Fixture
{
    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Fixtures", name);

    /// <summary>The pixels of a binary PPM without comments, as opaque Bgra32.</summary>
    public static byte[] PpmPixels(string name)
    {
        var file = File.ReadAllBytes(Path(name));
        var start = 0;
        for (var lines = 0; lines < 3; start++)
            lines += file[start] == '\n' ? 1 : 0;
        return file[start..].Chunk(3).SelectMany(rgb => (byte[])[rgb[2], rgb[1], rgb[0], 255]).ToArray();
    }
}
