using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

internal sealed class KeyMap<T> : KeyMap
{
    private readonly T[] _values;
    private readonly Dictionary<T, uint> _keys;

    private KeyMap(PrimitiveDataViewType type, IEnumerable<T> values)
    {
        ValueType = type;
        _values = values.ToArray();
        _keys = new Dictionary<T, uint>(_values.Length, Comparer);
        foreach (var value in _values)
            if (!_keys.TryAdd(value, (uint)_keys.Count + 1))
                throw new FormatException("Two keys have the same value.");
        // There is no type of keys without values.
        KeyType = new KeyDataViewType(typeof(uint), Math.Max(1, _values.Length));
    }

    public override PrimitiveDataViewType ValueType { get; }

    public override KeyDataViewType KeyType { get; }

    private static IEqualityComparer<T> Comparer => TextComparer.Instance as IEqualityComparer<T> ?? EqualityComparer<T>.Default;

    public static KeyMap<T> Fit(PrimitiveDataViewType type, DataViewRowCursor cursor, DataViewSchema.Column column, int most, bool byValue)
    {
        var (known, values) = (new HashSet<T>(Comparer), new List<T>());
        var read = MakeReader(cursor, column);
        while (values.Count < most && cursor.MoveNext())
            foreach (var value in read())
                if (values.Count < most && !IsMissing(value) && known.Add(value))
                    values.Add(value is ReadOnlyMemory<char> text ? (T)(object)text.ToString().AsMemory() : value);
        if (byValue)
            values.Sort(TextComparer.Instance as IComparer<T> ?? Comparer<T>.Default);
        return new KeyMap<T>(type, values);
    }

    public static KeyMap<T> Load(PrimitiveDataViewType type, BinaryReader reader) => new(type, reader.ReadValues<T>());

    public override void Save(BinaryWriter writer)
    {
        writer.WriteType(ValueType);
        writer.WriteValues<T>(_values);
    }

    public override void AddKeyValues(DataViewSchema.Annotations.Builder annotations)
    {
        if (_values.Length > 0)
            annotations.Add(AnnotationUtils.Kinds.KeyValues, new VectorDataViewType(ValueType, _values.Length),
                (ref VBuffer<T> value) => VBuffer<T>.Copy(_values, 0, ref value, _values.Length));
    }

    public override Delegate MakeGetter(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType)
        {
            var (get, source) = (row.GetGetter<T>(column), default(T));
            return (ValueGetter<uint>)((ref uint key) =>
            {
                get(ref source);
                key = KeyOf(source);
            });
        }
        var (getVector, sources) = (row.GetGetter<VBuffer<T>>(column), default(VBuffer<T>));
        return (ValueGetter<VBuffer<uint>>)((ref VBuffer<uint> keys) =>
        {
            getVector(ref sources);
            var editor = VBufferEditor.Create(ref keys, sources.Length);
            for (var i = 0; i < sources.Length; i++)
                editor.Values[i] = KeyOf(sources.GetItemOrDefault(i));
            keys = editor.Commit();
        });
    }

    private static Func<IEnumerable<T>> MakeReader(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType)
        {
            var (getVector, vector) = (cursor.GetGetter<VBuffer<T>>(column), default(VBuffer<T>));
            return () =>
            {
                getVector(ref vector);
                return vector.DenseValues();
            };
        }
        var (get, values) = (cursor.GetGetter<T>(column), new T[1]);
        return () =>
        {
            get(ref values[0]);
            return values;
        };
    }

    private static bool IsMissing(T value) => value switch
    {
        ReadOnlyMemory<char> text => text.IsEmpty,
        float number => float.IsNaN(number),
        double number => double.IsNaN(number),
        _ => false,
    };

    // What is missing is not among the keys.
    private uint KeyOf(T value) => _keys.GetValueOrDefault(value);
}
