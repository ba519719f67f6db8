using Microsoft.ML.Data;
using Microsoft.ML.Jpeg;
using Microsoft.ML.Png;

namespace Microsoft.ML.Images;

/// <summary>Chooses the codec: by the first bytes when reading, by the extension when writing.</summary>
internal static class ImageEncoding
{
    /// <summary>Decodes a file's bytes into premultiplied Bgra32.</summary>
    /// <exception cref="InvalidDataException">They are no image that can be decoded.</exception>
    public static MLImage Decode(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty)
            throw new InvalidDataException("it is empty");
        if (file.StartsWith(PngChunkReader.Signature))
            return PngReader.Read(file);
        if (file.StartsWith(JpegDecoder.Signature))
            return JpegDecoder.Decode(file);
        var start = Convert.ToHexString(file[..Math.Min(8, file.Length)]);
        throw new InvalidDataException($"it is neither a PNG nor a JPEG, the formats that can be read (it starts with the bytes {start})");
    }

    /// <summary>Encodes an image in the format of the path's extension.</summary>
    /// <exception cref="ArgumentException">It has no extension, or one that is not known.</exception>
    public static ReadOnlyMemory<byte> Encode(MLImage image, string imagePath)
    {
        var extension = Path.GetExtension(imagePath);
        return extension.ToUpperInvariant() switch
        {
            ".PNG" => PngWriter.Write(image),
            ".JPG" or ".JPEG" => JpegEncoder.Encode(image),
            "" => throw new ArgumentException($"{imagePath} has no extension: images are saved as .png, .jpg or .jpeg.", nameof(imagePath)),
            _ => throw new ArgumentException(
                $"The extension {extension} of {imagePath} is not known: images are saved as .png, .jpg or .jpeg.", nameof(imagePath)),
        };
    }
}
