using System.Numerics.Tensors;

namespace FashionAE.MLNet;

/// <summary>Which values of vectors are infinite or NaN: training refuses a row by it, and scoring takes it for missing.</summary>
internal static class FiniteValues
{
    /// <summary>Finds the first value that is infinite, or NaN unless that is masked; -1 for none.</summary>
    public static int IndexOfOther(ReadOnlySpan<float> values, bool masksMissing)
    {
        // A sum is finite where all values are, except near the largest number.
        if (float.IsFinite(TensorPrimitives.Sum(values)))
            return -1;
        for (var i = 0; i < values.Length; i++)
            if (!(float.IsFinite(values[i]) || (masksMissing && float.IsNaN(values[i]))))
                return i;
        return -1;
    }

    /// <summary>Whether there is no value but NaN.</summary>
    public static bool AreMissing(ReadOnlySpan<float> values) => values.IndexOfAnyExcept(float.NaN) < 0;
}
