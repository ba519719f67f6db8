using static TorchSharp.torch;

namespace FashionAE.Report.Figures;

/// <summary>Images as the bytes that a picture file holds.</summary>
internal static class PictureBytes
{
    /// <summary>Turns each image, float32 [N, C, H, W] in [0, 1], into bytes, round(255 v), row by row.</summary>
    public static byte[][] Of(Tensor images)
    {
        var size = (int)(images.NumberOfElements / images.shape[0]);
        return [.. Values(images).Chunk(size).Select(image => Array.ConvertAll(image, v => (byte)MathF.Round(255 * Math.Clamp(v, 0, 1))))];
    }

    /// <summary>All values of a float32 tensor on any device.</summary>
    public static float[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.cpu().contiguous().data<float>().ToArray();
    }
}
