using System.Collections.Immutable;
using Microsoft.ML.Transforms;

namespace Offline.Microsoft.ML.Tests.Transforms;

public class NormalizationTests
{
    private readonly TransformsCatalog _transforms = new MLContext(1).Transforms;

    [Theory]
    [InlineData("normalize_min_max")]
    [InlineData("normalize_min_max_no_fixzero")]
    [InlineData("normalize_mean_variance")]
    public void Values_and_schema_are_the_recorded_ones(string name)
    {
        var estimator = name.Contains("mean")
            ? _transforms.NormalizeMeanVariance("F", "Features")
            : _transforms.NormalizeMinMax("F", "Features", fixZero: !name.Contains("no_fixzero"));
        var data = Golden.Data();
        var normalized = estimator.Fit(data).Transform(data);
        var expected = Golden.Vectors($"{name}_first5");
        foreach (var (vector, values) in expected.Zip(normalized.Vectors("F")))
            Assert.Equal(vector, values, (x, y) => Math.Abs(x - y) < 1e-6f);
        Assert.Equal(Golden.Schema($"{name}_schema"), Golden.InTheSameWords(normalized.Schema));
    }

    [Fact]
    public void Mean_and_variance_are_0_and_1_without_fixed_zero()
    {
        var data = new Table(200).Add("X", NumberDataViewType.Double, row => 1e6 + Math.Sin(row) * 3);
        var values = _transforms.NormalizeMeanVariance("X", fixZero: false).Fit(data).Transform(data).Column<double>("X");
        Assert.Equal(0, values.Average(), 1e-9);
        Assert.Equal(1, values.Average(x => x * x), 1e-9);
    }

    [Fact]
    public void Minimum_and_maximum_of_a_scalar_become_0_and_1_without_fixed_zero()
    {
        var data = new Table(50).AddFloat("X", row => (row * 7 % 50) - 20);
        var values = _transforms.NormalizeMinMax("Y", "X", fixZero: false).Fit(data).Transform(data).Column<float>("Y");
        Assert.Equal(0, values.Min());
        Assert.Equal(1, values.Max());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_always_the_same_becomes_0(bool fixZero)
    {
        var data = new Table(5).AddFloat("X", _ => 3);
        Assert.All(_transforms.NormalizeMinMax("X", fixZero: fixZero).Fit(data).Transform(data).Column<float>("X"), x => Assert.Equal(0, x));
        Assert.All(_transforms.NormalizeMeanVariance("X", fixZero: fixZero).Fit(data).Transform(data).Column<float>("X"), x => Assert.Equal(0, x));
    }

    [Fact]
    public void What_is_no_number_is_not_learnt_from_and_stays()
    {
        var data = new Table(4).AddFloat("X", row => row == 1 ? float.NaN : row * 2);
        Assert.Equal([0, float.NaN, 4f / 6, 1], _transforms.NormalizeMinMax("X").Fit(data).Transform(data).Column<float>("X"));
    }

    [Fact]
    public void No_rows_are_no_error()
    {
        var data = new Table(0).AddFloat("X", row => row);
        var other = new Table(1).AddFloat("X", _ => 5);
        Assert.Equal([0f], _transforms.NormalizeMinMax("X").Fit(data).Transform(other).Column<float>("X"));
    }

    [Fact]
    public void A_sparse_vector_stays_sparse_where_zero_is_fixed()
    {
        var data = new Table(3).Add("X", new VectorDataViewType(NumberDataViewType.Single, 4), row => new VBuffer<float>(4, 1, [row + 1f], [2]));
        var vectors = _transforms.NormalizeMinMax("Y", "X").Fit(data).Transform(data).Column<VBuffer<float>>("Y");
        Assert.All(vectors, vector => Assert.False(vector.IsDense));
        Assert.Equal([1f / 3, 2f / 3, 1], vectors.Select(vector => vector.GetItemOrDefault(2)));
        var shifted = _transforms.NormalizeMinMax("Y", "X", fixZero: false).Fit(data).Transform(data).Vectors("Y");
        Assert.Equal([[0, 0, 0, 0], [0, 0, 0.5f, 0], [0, 0, 1, 0]], shifted);
    }

    [Fact]
    public void No_more_rows_are_read_than_are_to_be_learnt_from()
    {
        var data = new Table(100).AddFloat("X", row => row + 1);
        Assert.Equal(10, _transforms.NormalizeMinMax("X", maximumExampleCount: 10).Fit(data).Transform(data).Column<float>("X")[^1]);
    }

    [Fact]
    public void The_parameters_are_scales_and_offsets()
    {
        var data = new Table(2).AddFloat("X", row => 4 * row).AddVector("V", 2, row => [row, 10 * row + 1]);
        var scalar = (NormalizingTransformer.AffineNormalizerModelParameters<float>)_transforms.NormalizeMinMax("X").Fit(data).GetNormalizerModelParameters(0);
        Assert.Equal((0.25f, 0f), (scalar.Scale, scalar.Offset));
        var vector = (NormalizingTransformer.AffineNormalizerModelParameters<ImmutableArray<float>>)_transforms.NormalizeMinMax("V", fixZero: false)
            .Fit(data).GetNormalizerModelParameters(0);
        Assert.Equal([1f, 0.1f], vector.Scale.ToArray());
        Assert.Equal([0f, 1f], vector.Offset.ToArray());
    }

    [Fact]
    public void Text_is_refused_in_the_recorded_words()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _transforms.NormalizeMinMax("F", "LabelText").Fit(Golden.Data()));
        Assert.Equal(Golden.Text("error_wrong_type"), $"{error.GetType()}: {error.Message}");
    }

    [Fact]
    public void Vectors_of_unknown_size_are_refused()
    {
        var data = new Table(1).Add("V", new VectorDataViewType(NumberDataViewType.Single), _ => default(VBuffer<float>));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _transforms.NormalizeMinMax("V").Fit(data));
        Assert.EndsWith("Got: Vector<Single>. (Parameter 'srcType')", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => _transforms.NormalizeMinMax("V").GetOutputSchema(SchemaShape.Create(data.Schema)));
    }

    [Fact]
    public void A_missing_column_is_refused_when_fitted_and_when_transformed()
    {
        var data = new Table(2).AddFloat("X", row => row);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _transforms.NormalizeMinMax("F", "Nope").Fit(data));
        Assert.Equal("Could not find input column 'Nope' (Parameter 'data')", error.Message);
        var fitted = _transforms.NormalizeMinMax("X").Fit(data);
        error = Assert.Throws<ArgumentOutOfRangeException>(() => fitted.Transform(new Table(2).AddText("T", _ => "")));
        Assert.Equal("Could not find input column 'X' (Parameter 'inputSchema')", error.Message);
    }

    [Fact]
    public void Another_type_is_refused_when_transformed_and_another_size_when_read()
    {
        var data = new Table(2).AddFloat("X", row => row).AddVector("V", 2, row => [row, row]);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _transforms.NormalizeMinMax("X").Fit(data).Transform(new Table(1).AddText("X", _ => "")));
        Assert.Equal("Schema mismatch for input column 'X': expected scalar or known-size vector of Single, got String (Parameter 'inputSchema')", error.Message);
        var view = _transforms.NormalizeMinMax("V").Fit(data).Transform(new Table(1).AddVector("V", 3, _ => [1, 2, 3]));
        var late = Assert.Throws<InvalidOperationException>(() => view.Vectors("V"));
        Assert.Equal("Splitter/consolidator worker encountered exception while consuming source data", late.Message);
    }

    [Fact]
    public void The_cumulative_distribution_is_not_supported() =>
        Assert.Throws<NotSupportedException>(() => _transforms.NormalizeMeanVariance("X", useCdf: true));
}
