namespace Offline.Microsoft.ML.Tests.Transforms;

public class ColumnTests
{
    private readonly TransformsCatalog _transforms = new MLContext(1).Transforms;

    [Fact]
    public void Concatenated_values_and_schema_are_the_recorded_ones()
    {
        var data = Golden.Data();
        var joined = _transforms.Concatenate("F", "Features", "Features").Fit(data).Transform(data);
        Assert.Equal(Golden.Vectors("concatenate_first5"), joined.Vectors("F").Take(5));
        Assert.Equal(Golden.Schema("concatenate_schema"), Golden.InTheSameWords(joined.Schema));
    }

    [Fact]
    public void Scalars_and_vectors_are_concatenated_in_order_and_slots_are_named_after_scalars()
    {
        var data = new Table(2).AddFloat("A", row => row).AddVector("V", 2, row => [10, 20 + row]).AddFloat("B", row => -row);
        var joined = _transforms.Concatenate("F", "B", "V", "A").Fit(data).Transform(data);
        Assert.Equal([[0, 10, 20, 0], [-1, 10, 21, 1]], joined.Vectors("F"));
        Assert.Equal("F: Vector<Single, 4> SlotNames=Vector<String, 4>=[0, B]|[1, ]|[2, ]|[3, A]", joined.Schema.Describe()[^1]);
    }

    [Fact]
    public void A_vector_of_unknown_size_makes_the_whole_so()
    {
        var data = new Table(3).AddFloat("A", row => row)
            .Add("V", new VectorDataViewType(NumberDataViewType.Single), row => new VBuffer<float>(row, new float[row]));
        var joined = _transforms.Concatenate("F", "A", "V").Fit(data).Transform(data);
        Assert.Equal([1, 2, 3], joined.Vectors("F").Select(vector => vector.Length));
        Assert.False(((VectorDataViewType)joined.Schema["F"].Type).IsKnownSize);
    }

    [Fact]
    public void Columns_of_other_types_are_not_concatenated()
    {
        var data = new Table(1).AddFloat("X", _ => 1).AddText("S", _ => "");
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _transforms.Concatenate("F", "X", "S").Fit(data));
        Assert.Equal("Schema mismatch for input column 'S': expected Single, got String (Parameter 'inputSchema')", error.Message);
        var keys = new Table(1).Add("K", new KeyDataViewType(typeof(uint), 3), _ => 1u);
        Assert.Throws<InvalidOperationException>(() => _transforms.Concatenate("F", "K").Fit(keys));
        Assert.Throws<InvalidOperationException>(() => _transforms.Concatenate("F", "K").GetOutputSchema(SchemaShape.Create(keys.Schema)));
    }

    [Theory]
    [InlineData("copy")]
    [InlineData("concatenate")]
    [InlineData("select")]
    [InlineData("drop")]
    public void A_missing_column_is_refused(string kind)
    {
        IEstimator<ITransformer> estimator = kind switch
        {
            "copy" => _transforms.CopyColumns("F", "Nope"),
            "concatenate" => _transforms.Concatenate("F", "Features", "Nope"),
            "select" => _transforms.SelectColumns("Nope"),
            _ => _transforms.DropColumns("Nope"),
        };
        const string Message = "Could not find input column 'Nope' (Parameter 'inputSchema')";
        Assert.Equal(Message, Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(Golden.Data())).Message);
        var shape = SchemaShape.Create(Golden.Data().Schema);
        Assert.Equal(Message, Assert.Throws<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(shape)).Message);
    }

    [Fact]
    public void A_copy_has_the_annotations_and_hides_a_column_of_its_name()
    {
        var data = Golden.Data();
        var keys = new MLContext(1).Transforms.Conversion.MapValueToKey("Label", "LabelText").Fit(data).Transform(data);
        var copied = _transforms.CopyColumns("LabelText", "Label").Fit(keys).Transform(keys);
        Assert.Equal(keys.Column<uint>("Label"), copied.Column<uint>("LabelText"));
        Assert.True(copied.Schema[1].IsHidden);
        Assert.Equal(keys.Schema.Describe()[^1].Replace("Label:", "LabelText:"), copied.Schema.Describe()[^1]);
    }

    [Fact]
    public void Columns_are_selected_in_the_order_of_their_names_and_dropped_in_their_own()
    {
        var data = new Table(1).AddFloat("A", _ => 1).AddFloat("B", _ => 2).AddFloat("C", _ => 3);
        Assert.Equal(["C", "A"], _transforms.SelectColumns("C", "A").Fit(data).Transform(data).Schema.Select(column => column.Name));
        Assert.Equal(["A", "C"], _transforms.DropColumns("B").Fit(data).Transform(data).Schema.Select(column => column.Name));
        Assert.Equal([3f], _transforms.SelectColumns("C", "A").Fit(data).Transform(data).Column<float>("C"));
    }

    [Fact]
    public void Hidden_columns_are_kept_on_demand()
    {
        var data = new Table(1).AddFloat("A", _ => 1).AddFloat("A", _ => 2).AddFloat("B", _ => 3);
        Assert.Equal(["A: Single "], _transforms.SelectColumns("A").Fit(data).Transform(data).Schema.Describe());
        Assert.Equal(["A (hidden): Single ", "A: Single "], _transforms.SelectColumns(["A"], keepHidden: true).Fit(data).Transform(data).Schema.Describe());
        Assert.Equal(["A (hidden): Single ", "A: Single "], _transforms.DropColumns("B").Fit(data).Transform(data).Schema.Describe());
    }
}
