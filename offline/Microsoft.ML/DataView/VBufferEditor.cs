namespace Microsoft.ML.Data;

public static class VBufferEditor
{
    /// <summary>Makes room for a vector in the arrays of another, or in new ones where those are too small.</summary>
    public static VBufferEditor<T> Create<T>(
        ref VBuffer<T> destination, int newLogicalLength, int? valuesCount = null, int? maxValuesCapacity = null,
        bool keepOldOnResize = false, bool requireIndicesOnDense = false)
    {
        var count = valuesCount ?? newLogicalLength;
        if (newLogicalLength < 0 || count < 0 || count > newLogicalLength)
            throw new ArgumentOutOfRangeException(nameof(valuesCount), $"A vector of {newLogicalLength} cannot hold {count} values.");
        var values = Fit(destination.ValueArray, count, keepOldOnResize, out var newValues);
        var (indices, newIndices) = (destination.IndexArray, false);
        var needsIndices = count < newLogicalLength || requireIndicesOnDense;
        if (needsIndices)
            indices = Fit(indices, count, keepOldOnResize, out newIndices);
        return new VBufferEditor<T>(newLogicalLength, count, values, indices, needsIndices, newValues, newIndices);
    }

    public static VBufferEditor<T> CreateFromBuffer<T>(ref VBuffer<T> destination) =>
        Create(ref destination, destination.Length, destination.GetValues().Length, keepOldOnResize: true);

    private static TItem[] Fit<TItem>(TItem[] array, int count, bool keep, out bool isNew)
    {
        isNew = array is null ? count > 0 : array.Length < count;
        if (!isNew)
            return array;
        if (keep)
            Array.Resize(ref array, count);
        else
            array = new TItem[count];
        return array;
    }
}
