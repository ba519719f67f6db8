using System.Numerics.Tensors;

namespace FashionAE.MLNet;

/// <summary>Finds infinite values and NaN in vectors. Training rejects such a row; scoring treats it as missing.</summary>
internal static class FiniteValues
{
    /// <summary>Returns the index of the first value that is infinite or NaN, or -1. If missing values are masked, NaN is valid.</summary>
    public static int IndexOfOther(ReadOnlySpan<float> values, bool masksMissing)
    {
        // If the sum is finite, all values are finite. Otherwise the sum may only have overflowed, so the loop checks each value.
        if (float.IsFinite(TensorPrimitives.Sum(values)))
            return -1;
        for (var i = 0; i < values.Length; i++)
            if (!(float.IsFinite(values[i]) || (masksMissing && float.IsNaN(values[i]))))
                return i;
        return -1;
    }

    /// <summary>Whether all values are NaN.</summary>
    public static bool AreMissing(ReadOnlySpan<float> values) => values.IndexOfAnyExcept(float.NaN) < 0;
}
