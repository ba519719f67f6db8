using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Puts the values of rows into the members of objects.</summary>
internal sealed class RowWriter<TRow>
    where TRow : class
{
    private readonly List<(RowColumn Member, Delegate Read, Delegate Write)> _members = [];
    private readonly List<DataViewSchema.Column> _columns = [];

    /// <exception cref="ArgumentOutOfRangeException">A column is missing that may not be.</exception>
    /// <exception cref="InvalidOperationException">A member cannot hold the values of its column.</exception>
    public RowWriter(DataViewSchema schema, bool ignoreMissingColumns, SchemaDefinition definition)
    {
        foreach (var member in RowDefinition.Create(typeof(TRow), definition, SchemaDefinition.Direction.Write))
        {
            if (schema.GetColumnOrNull(member.Name) is not { } column)
            {
                if (ignoreMissingColumns)
                    continue;
                throw Contracts.ColumnMissing("", member.Name, "Schema");
            }
            if (!RowDefinition.Fits(member.MemberType, column.Type, member.Member.Name))
                throw Contracts.CannotBind(column, member.Member.Name, member.MemberType);
            _columns.Add(column);
            // Arrays and vectors are used again where the object has one.
            var canReuse = column.Type is VectorDataViewType && member.Member is not PropertyInfo { CanRead: false };
            _members.Add((member, canReuse ? Compile(nameof(Reader), member) : null, Compile(nameof(Writer), member)));
        }
    }

    /// <summary>The columns that have a member.</summary>
    public IReadOnlyList<DataViewSchema.Column> Columns => _columns;

    /// <summary>A function that puts the current values of a row into an object.</summary>
    public Action<TRow> Bind(DataViewRow row)
    {
        var setters = _members.Select((m, i) => Bind(row, _columns[i], m.Member.MemberType, m.Read, m.Write)).ToArray();
        return target =>
        {
            foreach (var setter in setters)
                setter(target);
        };
    }

    private static Action<TRow> Bind(DataViewRow row, DataViewSchema.Column column, Type memberType, Delegate read, Delegate write)
    {
        if (memberType == typeof(string))
            return Text(row, column, (Action<TRow, string>)write);
        if (memberType == typeof(string[]))
            return Texts(row, column, (Func<TRow, string[]>)read, (Action<TRow, string[]>)write);
        var (method, type) = memberType.IsArray ? (nameof(Array), memberType.GetElementType())
            : column.Type is VectorDataViewType vector ? (nameof(Vector), vector.ItemType.RawType) : (nameof(Value), memberType);
        return (Action<TRow>)RowMember.Call(typeof(RowWriter<TRow>), method, [type], method == nameof(Value) ? [row, column, write] : [row, column, read, write]);
    }

    private static Delegate Compile(string method, RowColumn member) =>
        (Delegate)RowMember.Call(typeof(RowWriter<TRow>), method, [member.MemberType], member.Member);

    private static Func<TRow, TMember> Reader<TMember>(MemberInfo member) => RowMember.MakeReader<TRow, TMember>(member);

    private static Action<TRow, TMember> Writer<TMember>(MemberInfo member) => RowMember.MakeWriter<TRow, TMember>(member);

    private static Action<TRow> Value<T>(DataViewRow row, DataViewSchema.Column column, Action<TRow, T> write)
    {
        var getter = row.GetGetter<T>(column);
        T value = default;
        return target =>
        {
            getter(ref value);
            write(target, value);
        };
    }

    private static Action<TRow> Text(DataViewRow row, DataViewSchema.Column column, Action<TRow, string> write)
    {
        var getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> value = default;
        return target =>
        {
            getter(ref value);
            write(target, value.ToString());
        };
    }

    private static Action<TRow> Texts(DataViewRow row, DataViewSchema.Column column, Func<TRow, string[]> read, Action<TRow, string[]> write)
    {
        var getter = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        VBuffer<ReadOnlyMemory<char>> value = default;
        return target =>
        {
            getter(ref value);
            var array = Fit(read?.Invoke(target), value.Length);
            for (var i = 0; i < array.Length; i++)
                array[i] = value.GetItemOrDefault(i).ToString();
            write(target, array);
        };
    }

    private static Action<TRow> Array<T>(DataViewRow row, DataViewSchema.Column column, Func<TRow, T[]> read, Action<TRow, T[]> write)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return target =>
        {
            getter(ref value);
            var array = Fit(read?.Invoke(target), value.Length);
            value.CopyTo(array);
            write(target, array);
        };
    }

    private static Action<TRow> Vector<T>(DataViewRow row, DataViewSchema.Column column, Func<TRow, VBuffer<T>> read, Action<TRow, VBuffer<T>> write)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        return target =>
        {
            var value = read is null ? default : read(target);
            getter(ref value);
            write(target, value);
        };
    }

    private static T[] Fit<T>(T[] array, int length) => array is not null && array.Length == length ? array : new T[length];
}
