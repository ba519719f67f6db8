using Microsoft.ML.Data;

namespace Microsoft.ML.Trainers;

internal static class ModelVectors
{
    /// <summary>Copies vectors into an array that is used again if it is long enough.</summary>
    public static void Copy(float[][] vectors, ref VBuffer<float>[] copies)
    {
        if (copies is null || copies.Length < vectors.Length)
            Array.Resize(ref copies, vectors.Length);
        for (var i = 0; i < vectors.Length; i++)
            VBuffer<float>.Copy(vectors[i], 0, ref copies[i], vectors[i].Length);
    }
}
