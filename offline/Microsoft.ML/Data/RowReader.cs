using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Makes getters that read the members of a row class. The access to a member is compiled when its first getter is made.</summary>
internal sealed class RowReader<TRow>
    where TRow : class
{
    private readonly RowColumn[] _columns;
    private readonly Delegate[] _readers;

    public RowReader(SchemaDefinition definition)
    {
        _columns = RowDefinition.Create(typeof(TRow), definition, SchemaDefinition.Direction.Read);
        _readers = new Delegate[_columns.Length];
        Schema = RowDefinition.ToSchema(_columns);
    }

    public DataViewSchema Schema { get; }

    public ValueGetter<TValue> MakeGetter<TValue>(RowSlot<TRow> slot, int index)
    {
        var column = _columns[index];
        if (column.Type.RawType != typeof(TValue))
            throw Contracts.WrongGetter(typeof(TValue));
        var reader = _readers[index] ??= (Delegate)RowMember.Call(typeof(RowReader<TRow>), nameof(Compile), [column.MemberType], column.Member);
        var read = (Delegate)RowMember.Call(typeof(RowReader<TRow>), nameof(Bind), [column.MemberType], slot, reader);
        return (ValueGetter<TValue>)MemberGetter.Create(column.MemberType, column.Type, read, keysFromZero: true);
    }

    private static Func<TRow, TMember> Compile<TMember>(MemberInfo member) => RowMember.MakeReader<TRow, TMember>(member);

    private static Func<TMember> Bind<TMember>(RowSlot<TRow> slot, Func<TRow, TMember> reader) => () => reader(slot.Row);
}
