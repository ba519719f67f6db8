namespace FashionAE.Cli.Tests.Support;

/// <summary>JPEG files of kinds that ML.NET cannot write. The reference library of the format created them.</summary>
internal static class JpegSamples
{
    /// <summary>Gets a progressive file of 16 x 16 pixels: five scans, each with tables before it.</summary>
    public static byte[] Progressive => Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/wgALCAAQABAB"
        + "AREA/8QAFgABAQEAAAAAAAAAAAAAAAAAAwIE/9oACAEBAAAAAQ1yf//EABkQAAMAAwAAAAAAAAAAAAAAAAECAwASIv/aAAgBAQABBQKa4xEwvKINj//EABgQAQEAAwAAAAAA"
        + "AAAAAAAAAAACARJi/9oACAEBAAY/AnTZmqf/xAAaEAACAwEBAAAAAAAAAAAAAAAAARExQSFh/9oACAEBAAE/IZSky1Ii5sQ3Vdfh/9oACAEBAAAAEB//xAAdEAEAAQQDAQAA"
        + "AAAAAAAAAAABEQAhQYFRYbHh/9oACAEBAAE/ELS1EgBfu9e+R3kmjlwbYp0AUothvBX/2Q==");

    /// <summary>Gets a file of 24 x 8 pixels with a restart marker after every block.</summary>
    public static byte[] WithRestarts => Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/wAALCAAIABgB"
        + "AREA/8QAFAABAAAAAAAAAAAAAAAAAAAABP/EABkQAAEFAAAAAAAAAAAAAAAAAAAEBRESIf/dAAQAAf/aAAgBAQAAPwALcltGH//QC3JbRh//0QtyW0Yf/9k=");
}
