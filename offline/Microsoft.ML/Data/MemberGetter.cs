using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>Makes the getter of a column from a function that reads a member.</summary>
internal static class MemberGetter
{
    /// <summary>A <see cref="ValueGetter{TValue}"/> of the column's raw type.</summary>
    /// <param name="memberType">What the function returns.</param>
    /// <param name="columnType">The type of the column.</param>
    /// <param name="read">A Func of the member's type.</param>
    /// <param name="keysFromZero">Whether the member counts its keys from 0; a column counts them from 1.</param>
    public static Delegate Create(Type memberType, DataViewType columnType, Delegate read, bool keysFromZero)
    {
        var (method, type) = memberType switch
        {
            _ when memberType == typeof(string) => (nameof(Text), null),
            _ when memberType == typeof(string[]) => (nameof(Texts), null),
            { IsArray: true } => (nameof(Array), memberType.GetElementType()),
            _ when columnType is VectorDataViewType vector => (nameof(Vector), vector.ItemType.RawType),
            _ when columnType is KeyDataViewType && keysFromZero => (nameof(Key), memberType),
            _ => (nameof(Value), memberType),
        };
        if (type is null)
            return method == nameof(Text) ? Text((Func<string>)read) : Texts((Func<string[]>)read);
        return (Delegate)RowMember.Call(typeof(MemberGetter), method, [type], method == nameof(Key) ? [read, columnType] : [read]);
    }

    private static ValueGetter<T> Value<T>(Func<T> read) => (ref T value) => value = read();

    private static ValueGetter<ReadOnlyMemory<char>> Text(Func<string> read) => (ref ReadOnlyMemory<char> value) => value = read().AsMemory();

    /// <summary>What is outside the range is missing.</summary>
    private static ValueGetter<T> Key<T>(Func<T> read, KeyDataViewType type)
        where T : IBinaryInteger<T>
    {
        var count = T.CreateChecked(type.Count);
        return (ref T value) =>
        {
            var index = read();
            value = index < count ? index + T.One : T.Zero;
        };
    }

    private static ValueGetter<VBuffer<T>> Array<T>(Func<T[]> read) => (ref VBuffer<T> value) =>
    {
        var array = read() ?? [];
        var editor = VBufferEditor.Create(ref value, array.Length);
        array.CopyTo(editor.Values);
        value = editor.Commit();
    };

    private static ValueGetter<VBuffer<ReadOnlyMemory<char>>> Texts(Func<string[]> read) => (ref VBuffer<ReadOnlyMemory<char>> value) =>
    {
        var array = read() ?? [];
        var editor = VBufferEditor.Create(ref value, array.Length);
        for (var i = 0; i < array.Length; i++)
            editor.Values[i] = array[i].AsMemory();
        value = editor.Commit();
    };

    private static ValueGetter<VBuffer<T>> Vector<T>(Func<VBuffer<T>> read) => (ref VBuffer<T> value) => read().CopyTo(ref value);
}
