using Microsoft.ML.Transforms;

namespace Offline.Microsoft.ML.Tests.Transforms;

public class KeyMappingTests
{
    private readonly TransformsCatalog.ConversionTransforms _conversion = new MLContext(1).Transforms.Conversion;

    [Fact]
    public void Keys_and_schema_are_the_recorded_ones()
    {
        var data = Golden.Data();
        var mapped = _conversion.MapValueToKey("Label", "LabelText").Fit(data).Transform(data);
        Assert.Equal(Golden.Keys("map_value_to_key_first6"), mapped.Column<uint>("Label").Take(6));
        Assert.Equal(Golden.Schema("map_value_to_key_schema"), Golden.InTheSameWords(mapped.Schema));
        Assert.Contains("KeyValues=Vector<String, 3>=[0, alpha]|[1, beta]|[2, gamma]", mapped.Schema.Describe()[2]);
    }

    [Fact]
    public void Keys_by_value_are_ordinal()
    {
        string[] words = ["b", "a", "Z", "b"];
        var data = new Table(4).AddText("W", row => words[row]);
        var byValue = _conversion.MapValueToKey("K", "W", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue);
        Assert.Equal([3u, 2, 1, 3], byValue.Fit(data).Transform(data).Column<uint>("K"));
        Assert.Equal([1u, 2, 3, 1], _conversion.MapValueToKey("K", "W").Fit(data).Transform(data).Column<uint>("K"));
    }

    [Fact]
    public void Numbers_and_booleans_have_keys_too()
    {
        var data = new Table(4).Add("N", NumberDataViewType.Int32, row => 10 - row / 2).Add("B", BooleanDataViewType.Instance, row => row % 2 == 1);
        Assert.Equal([1u, 1, 2, 2], _conversion.MapValueToKey("K", "N").Fit(data).Transform(data).Column<uint>("K"));
        Assert.Equal([1u, 2, 1, 2], _conversion.MapValueToKey("K", "B").Fit(data).Transform(data).Column<uint>("K"));
    }

    [Fact]
    public void Empty_text_and_what_is_no_number_are_missing()
    {
        var data = new Table(3).AddText("T", row => row == 1 ? "" : "t").AddFloat("X", row => row == 0 ? float.NaN : 5);
        Assert.Equal([1u, 0, 1], _conversion.MapValueToKey("K", "T").Fit(data).Transform(data).Column<uint>("K"));
        Assert.Equal([0u, 1, 1], _conversion.MapValueToKey("K", "X").Fit(data).Transform(data).Column<uint>("K"));
    }

    [Fact]
    public void Values_beyond_the_greatest_number_of_keys_are_missing()
    {
        var data = new Table(5).Add("N", NumberDataViewType.Int64, row => (long)row);
        var mapped = _conversion.MapValueToKey("K", "N", maximumNumberOfKeys: 2).Fit(data).Transform(data);
        Assert.Equal([1u, 2, 0, 0, 0], mapped.Column<uint>("K"));
        Assert.Equal(new KeyDataViewType(typeof(uint), 2), mapped.Schema["K"].Type);
    }

    [Fact]
    public void Values_that_were_not_there_when_fitted_are_missing()
    {
        var fitted = _conversion.MapValueToKey("K", "T").Fit(new Table(2).AddText("T", row => $"{row}"));
        Assert.Equal([0u, 2, 1], fitted.Transform(new Table(3).AddText("T", row => $"{2 - row}")).Column<uint>("K"));
    }

    [Fact]
    public void Vectors_become_vectors_of_keys_and_back()
    {
        var data = new Table(2).AddVector("V", 2, row => [row, row + 1]);
        var keys = _conversion.MapValueToKey("K", "V").Fit(data).Transform(data);
        Assert.Equal([[1, 2], [2, 3]], keys.Column<VBuffer<uint>>("K").Select(vector => vector.DenseValues().ToArray()));
        Assert.Equal([[0, 1], [1, 2]], _conversion.MapKeyToValue("W", "K").Fit(keys).Transform(keys).Vectors("W"));
    }

    [Fact]
    public void Key_to_value_undoes_value_to_key()
    {
        var data = Golden.Data();
        var keys = _conversion.MapValueToKey("Label", "LabelText").Fit(data).Transform(data);
        var values = _conversion.MapKeyToValue("Label").Fit(keys).Transform(keys);
        Assert.Equal(data.Texts("LabelText"), values.Texts("Label"));
    }

    [Fact]
    public void A_missing_key_is_empty_text_or_no_number()
    {
        var keys = _conversion.MapValueToKey("T").Fit(new Table(1).AddText("T", _ => "known")).Transform(new Table(1).AddText("T", _ => "other"));
        Assert.Equal([""], _conversion.MapKeyToValue("T").Fit(keys).Transform(keys).Texts("T"));
        keys = _conversion.MapValueToKey("X").Fit(new Table(1).AddFloat("X", _ => 1)).Transform(new Table(1).AddFloat("X", _ => 2));
        Assert.Equal([float.NaN], _conversion.MapKeyToValue("X").Fit(keys).Transform(keys).Column<float>("X"));
    }

    [Fact]
    public void What_is_no_key_has_no_values()
    {
        var error = Assert.Throws<InvalidOperationException>(() => _conversion.MapKeyToValue("X").Fit(new Table(1).AddFloat("X", _ => 1)));
        Assert.Equal("Metadata KeyValues does not exist", error.Message);
    }

    [Fact]
    public void A_missing_column_is_refused()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _conversion.MapValueToKey("K", "Nope").Fit(Golden.Data()));
        Assert.Equal("Could not find input column 'Nope' (Parameter 'inputSchema')", error.Message);
    }

    [Fact]
    public void An_exception_of_the_source_comes_through_the_fit_unchanged() =>
        Assert.Throws<NotSupportedException>(() => _conversion.MapValueToKey("T").Fit(new Table(9) { FailsAt = 4 }.AddText("T", row => $"{row}")));
}
