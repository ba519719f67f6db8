namespace Microsoft.ML.Data;

/// <summary>Copies values so that source and copy share no buffers.</summary>
internal static class ValueCopy<T>
{
    public delegate void Copy(in T source, ref T destination);

    public static Copy Instance { get; } = typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(VBuffer<>)
        ? (Copy)RowMember.Call(typeof(ValueCopy<T>), nameof(Vector), typeof(T).GetGenericArguments())
        : (in T source, ref T destination) => destination = source;

    private static ValueCopy<VBuffer<TItem>>.Copy Vector<TItem>() =>
        (in VBuffer<TItem> source, ref VBuffer<TItem> destination) => source.CopyTo(ref destination);
}
