using System.Numerics;
using System.Runtime.InteropServices;

namespace FashionAE.Torch;

/// <summary>
/// Writes a file of events for TensorBoard: TFRecord records with the messages of event.proto and summary.proto. The file is open only
/// while an event is added. Added events can therefore be read immediately, and the file need not be closed.
/// </summary>
/// <remarks>
/// TorchSharp's <c>SummaryWriter</c> also writes such files, but the time of its events is 0. Its pictures need the native library of
/// SkiaSharp. On Linux, only ML.NET's image package brings that library.
/// </remarks>
internal sealed class EventFile
{
    private const int Bins = 30;
    private const int Rgb = 3;

    private static int _files;

    private readonly string _path;

    /// <summary>Creates a file in a folder, and the folder if it does not exist.</summary>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public EventFile(string folder)
    {
        // TensorBoard reads the files of a folder in the order of their names.
        var name = $"events.out.tfevents.{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}.{Environment.MachineName}.{Environment.ProcessId}";
        _path = Path.Combine(folder, $"{name}.{Interlocked.Increment(ref _files)}");
        try
        {
            Directory.CreateDirectory(folder);
            Append(new ProtocolMessage().Add(3, "brain.Event:2"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Events for TensorBoard cannot be written to {folder}: specify another folder. ({e.Message})", e);
        }
    }

    /// <summary>Creates a scalar value.</summary>
    public static ProtocolMessage Scalar(string tag, double value) => new ProtocolMessage().Add(1, tag).Add(2, (float)value);

    /// <summary>
    /// Creates a histogram of one or more finite values, with bins of equal width from the smallest to the largest value.
    /// </summary>
    public static ProtocolMessage Histogram(string tag, IReadOnlyCollection<double> values)
    {
        var (least, greatest) = (values.Min(), values.Max());
        var (start, width) = greatest > least ? (least, (greatest - least) / Bins) : (least - 0.5, 1.0 / Bins);
        double[] limits = [.. Enumerable.Range(1, Bins).Select(bin => start + bin * width)], counts = new double[Bins];
        foreach (var value in values)
            counts[Math.Min((int)((value - start) / width), Bins - 1)]++;
        return new ProtocolMessage().Add(1, tag).Add(5, new ProtocolMessage()
            .Add(1, least).Add(2, greatest)
            .Add(3, (double)values.Count).Add(4, values.Sum()).Add(5, values.Sum(value => value * value))
            .Add(6, MemoryMarshal.AsBytes<double>(limits)).Add(7, MemoryMarshal.AsBytes<double>(counts)));
    }

    /// <summary>Creates a picture.</summary>
    public static ProtocolMessage Picture(string tag, PngImage image) => new ProtocolMessage().Add(1, tag).Add(4, new ProtocolMessage()
        .Add(1, image.Height).Add(2, image.Width).Add(3, image.Channels == Rgb ? Rgb : 1).Add(4, image.Encode()));

    /// <summary>Appends an event with values.</summary>
    public void Append(long step, IEnumerable<ProtocolMessage> values)
    {
        var summary = new ProtocolMessage();
        foreach (var value in values)
            summary.Add(1, value);
        Append(new ProtocolMessage().Add(2, step).Add(5, summary));
    }

    /// <summary>Appends a record: its length, its bytes, and checksums of both. A reader can detect an incomplete record.</summary>
    private void Append(ProtocolMessage content)
    {
        var bytes = new ProtocolMessage().Add(1, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0).Join(content).ToArray();
        var length = BitConverter.GetBytes((long)bytes.Length);
        byte[] record = [.. length, .. Checksum(length), .. bytes, .. Checksum(bytes)];
        using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        file.Write(record);
    }

    private static byte[] Checksum(byte[] bytes)
    {
        var crc = ~bytes.Aggregate(uint.MaxValue, BitOperations.Crc32C);
        return BitConverter.GetBytes(BitOperations.RotateRight(crc, 15) + 0xa282ead8);
    }
}
