using Offline.Microsoft.ML.Tests.Transforms;

namespace Offline.Microsoft.ML.Tests.Training;

public class PrincipalComponentTests
{
    private static readonly MLContext ML = new(1);

    [Fact]
    public void Schema_is_that_of_the_genuine() => Assert.Equal(
        Golden.Schema("pca_rank2_schema"),
        Golden.InTheSameWords(ML.Transforms.ProjectToPrincipalComponents("F", "Features", rank: 2).Fit(Golden.Data()).Transform(Golden.Data()).Schema));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(null)]
    public void Projections_are_those_of_the_genuine_but_for_signs(int? seed)
    {
        var projected = ML.Transforms.ProjectToPrincipalComponents("F", "Features", rank: 2, seed: seed).Fit(Golden.Data())
            .Transform(Golden.Data()).Vectors("F");
        var expected = Golden.Vectors("pca_rank2_first5");
        for (var i = 0; i < 2; i++)
        {
            var sign = Math.Sign(expected[0][i]) * Math.Sign(projected[0][i]);
            for (var row = 0; row < 5; row++)
                Assert.Equal(expected[row][i], sign * projected[row][i], 1e-4);
        }
    }

    [Fact]
    public void The_first_components_hold_the_variance_in_order()
    {
        var data = Recorded.Plane(500);
        var projected = ML.Transforms.ProjectToPrincipalComponents("F", "Features", rank: 3).Fit(data).Transform(data).Vectors("F");
        double Variance(IEnumerable<float> values) => values.Select(value => Math.Pow(value - values.Average(), 2)).Average();
        var variances = Enumerable.Range(0, 3).Select(i => Variance(projected.Select(row => row[i]).ToArray())).ToArray();
        var all = Enumerable.Range(0, 10).Sum(i => Variance(data.Vectors("Features").Select(row => row[i]).ToArray()));
        Assert.True(variances[0] > variances[1] && variances[1] > 100 * variances[2]);
        Assert.InRange(variances.Sum() / all, 0.999, 1.001);
    }

    [Fact]
    public void Without_centering_the_mean_stays_in()
    {
        var data = Recorded.Plane(200, offset: 100);
        float[][] Project(bool center) => ML.Transforms.ProjectToPrincipalComponents("F", "Features", rank: 1, ensureZeroMean: center)
            .Fit(data).Transform(data).Vectors("F");
        // The mean is 100 in two dimensions.
        Assert.Equal(100 * Math.Sqrt(2), Math.Abs(Project(false).Average(row => row[0])), 1.0);
        Assert.InRange(Math.Abs(Project(true).Average(row => row[0])), 0, 1);
    }

    [Fact]
    public void A_transformer_survives_saving_bit_for_bit()
    {
        var data = Recorded.Plane(50);
        foreach (var center in (bool[])[false, true])
        {
            var fitted = ML.Transforms.ProjectToPrincipalComponents("F", "Features", rank: 3, ensureZeroMean: center).Fit(data);
            Recorded.AssertSame(fitted.Transform(data), Recorded.SavedAndLoaded(fitted, data.Schema).Transform(data));
        }
    }

    [Fact]
    public void The_seed_decides()
    {
        var data = Recorded.Plane(50);
        IDataView Fit(int context, int? seed) => new MLContext(context).Transforms
            .ProjectToPrincipalComponents("F", "Features", rank: 5, overSampling: 0, seed: seed).Fit(data).Transform(data);
        Recorded.AssertSame(Fit(1, null), Fit(1, null));
        Recorded.AssertSame(Fit(1, 7), Fit(2, 7));
        Assert.NotEqual(Fit(1, null).Vectors("F")[0], Fit(2, null).Vectors("F")[0]);
    }

    [Fact]
    public void Other_columns_are_refused_in_the_recorded_words()
    {
        var data = new Table(3).AddFloat("X", row => row).AddVector("V", 3, row => [row, 1, 2])
            .Add("U", new VectorDataViewType(NumberDataViewType.Single), _ => default(VBuffer<float>));
        Exception Fit(string name) =>
            Assert.Throws<ArgumentOutOfRangeException>(() => ML.Transforms.ProjectToPrincipalComponents("F", name, rank: 1).Fit(data));
        Assert.Equal("Column 'Nope' not found (Parameter 'name')", Fit("Nope").Message);
        const string Expected = "expected known-size vector of Single of two or more items, got";
        Assert.Equal($"Schema mismatch for input column 'X': {Expected} Single (Parameter 'inputSchema')", Fit("X").Message);
        Assert.Equal($"Schema mismatch for input column 'U': {Expected} Vector<Single> (Parameter 'inputSchema')", Fit("U").Message);
        var fitted = ML.Transforms.ProjectToPrincipalComponents("F", "V", rank: 1).Fit(data);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => fitted.Transform(new Table(1).AddVector("V", 2, _ => [1, 2])));
        Assert.Equal("Schema mismatch for input column 'V': expected Vector<Single, 3>, got Vector<Single, 2> (Parameter 'inputSchema')", error.Message);
    }

    [Fact]
    public void A_rank_beyond_the_dimensions_and_no_rows_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ML.Transforms.ProjectToPrincipalComponents("F", "Features", rank: 3).Fit(Golden.Data()));
        var empty = new Table(0).AddVector("Features", 2, _ => [0, 0]);
        Assert.Throws<InvalidOperationException>(() => ML.Transforms.ProjectToPrincipalComponents("F", "Features", rank: 1).Fit(empty));
    }
}
