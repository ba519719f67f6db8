namespace Offline.Microsoft.ML.Tests.Data;

public class RowClassTests
{
    private readonly MLContext _ml = new(1);
    private readonly AllTypes[] _rows = Enumerable.Range(1, 3).Select(AllTypes.Make).ToArray();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_type_of_member_comes_back(bool reuse)
    {
        var count = 0;
        foreach (var row in _ml.Data.CreateEnumerable<AllTypes>(_ml.Data.LoadFromEnumerable(_rows), reuse))
            row.CheckEqual(_rows[count++]);
        Assert.Equal(3, count);
    }

    [Fact]
    public void Members_make_columns_fields_first()
    {
        var schema = _ml.Data.LoadFromEnumerable(_rows).Schema;
        Assert.Equal(
            [
                "SByte: SByte", "Int16: Int16", "Int32: Int32", "Int64: Int64", "Byte: Byte", "UInt16: UInt16", "UInt32: UInt32", "UInt64: UInt64",
                "Single: Single", "Bool: Boolean", "Memory: String", "Floats: Vector<Single>", "Doubles: Vector<Double, 2, 3>",
                "Vector: Vector<Int32, 3>", "Double: Double", "Text: String", "DateTime: DateTime", "DateTimeOffset: DateTimeOffset",
                "TimeSpan: TimeSpan", "RowId: DataViewRowId", "Texts: Vector<String, 2>", "Bools: Vector<Boolean, 1>",
            ],
            schema.Select(c => $"{c.Name}: {c.Type}"));
    }

    [Fact]
    public void Attributes_name_and_hide_columns()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { new Attributed { Renamed = 1, Hidden = 2 } });
        Assert.Equal(["Label", "ReadOnly"], view.Schema.Select(c => c.Name));
        Assert.Equal([1f], view.GetColumn<float>("Label"));
        var row = _ml.Data.CreateEnumerable<Attributed>(view, false).Single();
        Assert.Equal((1f, 0f), (row.Renamed, row.Hidden));
    }

    [Fact]
    public void Members_count_keys_from_0_and_columns_from_1()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { 0, 1, 2, 3, 200 }.Select(i => new Keys
        {
            Byte = (byte)i,
            UInt16 = (ushort)i,
            UInt32 = (uint)i,
            UInt64 = (ulong)i,
        }));
        Assert.Equal("Key<UInt32, 0-2>", view.Schema["UInt32"].Type.ToString());
        Assert.Equal([1, 2, 3, 0, 0], view.GetColumn<byte>("Byte"));
        Assert.Equal([1, 2, 3, 0, 0], view.GetColumn<ushort>("UInt16"));
        Assert.Equal([1u, 2, 3, 0, 0], view.GetColumn<uint>("UInt32"));
        Assert.Equal([1ul, 2, 3, 0, 0], view.GetColumn<ulong>("UInt64"));
    }

    /// <summary>The package converts keys on the way in only.</summary>
    [Fact]
    public void Keys_come_back_as_the_column_has_them()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { new Keys { UInt32 = 2 } });
        Assert.Equal(3u, _ml.Data.CreateEnumerable<Keys>(view, false).Single().UInt32);
    }

    [Fact]
    public void Keys_without_a_count_are_as_many_as_the_member_holds()
    {
        var schema = _ml.Data.LoadFromEnumerable(Array.Empty<UncountedKeys>()).Schema;
        Assert.Equal(
            [byte.MaxValue, ushort.MaxValue, uint.MaxValue, ulong.MaxValue],
            schema.Select(c => ((KeyDataViewType)c.Type).Count));
    }

    [Fact]
    public void What_is_null_is_empty()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { new AllTypes() });
        var row = _ml.Data.CreateEnumerable<AllTypes>(view, false).Single();
        Assert.Equal("", row.Text);
        Assert.Empty(row.Floats);
        Assert.Empty(row.Texts);
    }

    [Fact]
    public void A_definition_renames_columns_and_gives_types_and_annotations()
    {
        var definition = SchemaDefinition.Create(typeof(Example));
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 2);
        definition["Features"].AddAnnotation("SlotNames", new[] { "a", "b" }, new VectorDataViewType(TextDataViewType.Instance, 2));
        definition["Features"].AddAnnotation("IsNormalized", true, BooleanDataViewType.Instance);
        definition["Label"].ColumnType = new KeyDataViewType(typeof(uint), 2);
        definition["Label"].ColumnName = "Target";
        definition["Target"].AddAnnotation("KeyValues", new[] { "no", "yes" }, new VectorDataViewType(TextDataViewType.Instance, 2));

        var schema = _ml.Data.LoadFromEnumerable(new[] { new Example { Features = [1, 2], Label = 1 } }, definition).Schema;
        Assert.Equal(["Features: Vector<Single, 2>", "Target: Key<UInt32, 0-1>"], schema.Select(c => $"{c.Name}: {c.Type}"));
        Assert.True(schema["Features"].HasSlotNames());
        Assert.True(schema["Features"].IsNormalized());
        Assert.False(schema["Features"].HasKeyValues());
        Assert.True(schema["Target"].HasKeyValues());
        Assert.False(schema["Target"].HasKeyValues(NumberDataViewType.Single));
        Assert.False(schema["Target"].HasSlotNames());
        Assert.False(schema["Target"].IsNormalized());
        VBuffer<ReadOnlyMemory<char>> texts = default;
        schema["Features"].GetSlotNames(ref texts);
        Assert.Equal(["a", "b"], texts.DenseValues().Select(t => t.ToString()));
        schema["Target"].GetKeyValues(ref texts);
        Assert.Equal(["no", "yes"], texts.DenseValues().Select(t => t.ToString()));
        Assert.Throws<InvalidOperationException>(() => schema["Features"].GetKeyValues(ref texts));

        var again = _ml.Data.LoadFromEnumerable(Array.Empty<Renamed>(), schema).Schema;
        Assert.True(again["Target"].HasKeyValues());
        Assert.Throws<InvalidOperationException>(() => _ml.Data.LoadFromEnumerable(Array.Empty<Example>(), schema));
    }

    [Fact]
    public void Annotations_are_kept_as_given()
    {
        var column = SchemaDefinition.Create(typeof(Example))["Label"];
        column.AddAnnotation("Set", 5u, new KeyDataViewType(typeof(uint), 9));
        var set = 0u;
        column.Annotations.GetValue("Set", ref set);
        Assert.Equal(5u, set);
        Assert.Throws<InvalidOperationException>(() => column.AddAnnotation("Set", 6u, new KeyDataViewType(typeof(uint), 9)));
        Assert.Throws<ArgumentOutOfRangeException>(() => column.AddAnnotation("Text", 5u, TextDataViewType.Instance));
    }

    [Fact]
    public void Definitions_find_replace_and_add_columns_by_name()
    {
        var definition = SchemaDefinition.Create(typeof(Example));
        Assert.Null(definition["Nope"]);
        var label = definition["Label"];
        definition["Label"] = label;
        Assert.Equal(2, definition.Count);
        definition.Remove(label);
        definition["Label"] = label;
        Assert.Equal(2, definition.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => definition["Other"] = label);
    }

    [Fact]
    public void Properties_count_by_their_direction()
    {
        Assert.Equal(["Both", "Read"], Names(SchemaDefinition.Direction.Read));
        Assert.Equal(["Both", "Write"], Names(SchemaDefinition.Direction.Write));
        Assert.Equal(["Both", "Read", "Write"], Names(SchemaDefinition.Direction.Both));

        static IEnumerable<string> Names(SchemaDefinition.Direction direction) =>
            SchemaDefinition.Create(typeof(Directed), direction).Select(c => c.ColumnName).Order();
    }

    [Theory]
    [InlineData(typeof(TwoOfAName))]
    [InlineData(typeof(FloatKey))]
    [InlineData(typeof(ScalarVector))]
    [InlineData(typeof(NoColumnType))]
    public void Classes_that_make_no_schema_are_refused(Type type) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SchemaDefinition.Create(type));

    [Fact]
    public void A_definition_must_fit_the_class()
    {
        var definition = SchemaDefinition.Create(typeof(Example));
        definition["Label"].ColumnType = NumberDataViewType.Single;
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromEnumerable(Array.Empty<Example>(), definition));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            _ml.Data.LoadFromEnumerable(Array.Empty<Example>(), SchemaDefinition.Create(typeof(AllTypes))));
    }

    [Fact]
    public void Vectors_of_negative_size_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new VectorTypeAttribute(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VectorTypeAttribute(2, -1));
    }

    internal sealed class Example
    {
        public float[] Features;

        public uint Label;
    }

    private sealed class Renamed
    {
        [VectorType(2)]
        public float[] Features { get; set; }

        [KeyType(2)]
        public uint Target { get; set; }
    }

    private sealed class Attributed
    {
        [ColumnName("Label")]
        public float Renamed;

        [NoColumn]
        public float Hidden;

        public float ReadOnly => Renamed + 1;
    }

    private sealed class Keys
    {
        [KeyType(3)]
        public byte Byte;

        [KeyType(3)]
        public ushort UInt16;

        [KeyType(3)]
        public uint UInt32;

        [KeyType(3)]
        public ulong UInt64 { get; set; }
    }

    private sealed class UncountedKeys
    {
        [KeyType]
        public byte Byte { get; set; }

        [KeyType]
        public ushort UInt16 { get; set; }

        [KeyType]
        public uint UInt32 { get; set; }

        [KeyType]
        public ulong UInt64 { get; set; }
    }

    private sealed class Directed
    {
        private float _value;

        public float Both { get; set; }

        public float Read => _value;

        public float Write
        {
            set => _value = value;
        }
    }

    private sealed class TwoOfAName
    {
        public float A { get; set; }

        [ColumnName("A")]
        public float B { get; set; }
    }

    private sealed class FloatKey
    {
        [KeyType(3)]
        public float A { get; set; }
    }

    private sealed class ScalarVector
    {
        [VectorType(3)]
        public float A { get; set; }
    }

    private sealed class NoColumnType
    {
        public Uri A { get; set; }
    }
}
