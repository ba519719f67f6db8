namespace Offline.Microsoft.Data.Analysis.Tests;

public class ToDataFrameTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Rows_of_a_class_become_a_frame()
    {
        var rows = Enumerable.Range(0, 250)
            .Select(i => new Row { Id = i, Weight = i / 8f, Exact = i / 3.0, Name = $"n{i}", Even = i % 2 == 0, Pixels = [i, 2 * i] }).ToList();
        var view = _ml.Data.LoadFromEnumerable(rows);
        var frame = view.ToDataFrame(-1);
        Assert.Equal(["Id", "Weight", "Exact", "Name", "Even", "Pixels"], frame.Names());
        Assert.Equal(rows.Select(row => (int?)row.Id), frame.Values<int>("Id"));
        Assert.Equal(rows.Select(row => (float?)row.Weight), frame.Values<float>("Weight"));
        Assert.Equal(rows.Select(row => (double?)row.Exact), frame.Values<double>("Exact"));
        Assert.Equal(rows.Select(row => row.Name), frame.Texts("Name"));
        Assert.Equal(rows.Select(row => (bool?)row.Even), frame.Values<bool>("Even"));
        Assert.Equal(rows.Select(row => row.Pixels), ((VBufferDataFrameColumn<float>)frame["Pixels"]).Select(vector => vector.DenseValues()));
        var back = _ml.Data.CreateEnumerable<Row>(_ml.Data.SkipRows(frame, 200), reuseRowObject: false).ToList();
        Assert.Equal(rows[200..].Select(row => (row.Name, row.Exact)), back.Select(row => (row.Name, row.Exact)));
        Assert.Equal(rows[200..].Select(row => row.Pixels), back.Select(row => row.Pixels));
    }

    [Theory]
    [InlineData(-1, 250)]
    [InlineData(0, 0)]
    [InlineData(7, 7)]
    [InlineData(1000, 250)]
    public void As_many_rows_are_read_as_asked_for(long maxRows, long expected)
    {
        var view = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 250).Select(i => new Numbered { Id = i }));
        Assert.Equal(expected, view.ToDataFrame(maxRows).Rows.Count);
        Assert.Equal(100, view.ToDataFrame().Rows.Count);
        Assert.Equal(100, view.ToDataFrame("Id").Rows.Count);
        // The rows of a filter are not those of its source.
        Assert.Equal([200, 201, 202], _ml.Data.SkipRows(view, 200).ToDataFrame(3).Values<int>("Id").Cast<int>());
    }

    [Fact]
    public void Columns_are_chosen_in_the_order_of_the_view_and_hidden_ones_left_out()
    {
        IDataView frame = Frames.Garments();
        Assert.Equal(["Weight", "Sold"], frame.ToDataFrame(2, "Sold", "Weight", "no such column").Names());
        var twice = _ml.Transforms.CopyColumns("Weight", "Count").Fit(frame).Transform(frame);
        Assert.Equal(["Brand", "Count", "Sold", "Weight"], twice.ToDataFrame().Names());
        Assert.Equal(typeof(int), twice.ToDataFrame()["Weight"].DataType);
    }

    [Fact]
    public void Keys_and_other_types_are_refused_by_name()
    {
        IDataView view = Frames.Garments();
        var keyed = _ml.Transforms.Conversion.MapValueToKey("Key", "Brand").Fit(view).Transform(view);
        var error = Assert.Throws<NotSupportedException>(() => keyed.ToDataFrame());
        Assert.Contains("'Key'", error.Message, StringComparison.Ordinal);
        Assert.Contains("MapKeyToValue", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, keyed.ToDataFrame("Brand", "Count").Rows.Count);
        var spans = _ml.Data.LoadFromEnumerable([new Span { Length = TimeSpan.FromSeconds(1) }]);
        Assert.Contains("'Length'", Assert.Throws<NotSupportedException>(() => spans.ToDataFrame()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_is_the_data_of_a_pipeline()
    {
        var random = new Random(5);
        var groups = Enumerable.Range(0, 60).Select(i => i % 3).ToList();
        var frame = new DataFrame(
            new SingleDataFrameColumn("X", groups.Select(g => 10f * g + random.NextSingle())),
            new SingleDataFrameColumn("Y", groups.Select(g => -5f * g + random.NextSingle())),
            new Int32DataFrameColumn("Group", groups));
        var pipeline = _ml.Transforms.Concatenate("Features", "X", "Y")
            .Append(_ml.Transforms.NormalizeMinMax("Features"))
            .Append(_ml.Clustering.Trainers.KMeans("Features", numberOfClusters: 3));
        var scored = pipeline.Fit(frame).Transform(frame);
        var clusters = scored.Read<uint>("PredictedLabel");
        Assert.Equal(3, groups.Zip(clusters).Distinct().Count());
        Assert.Equal(3, clusters.Distinct().Count());
        var result = scored.ToDataFrame(-1, "X", "Features", "Score", "Group");
        Assert.Equal(frame.Values<float>("X"), result.Values<float>("X"));
        var largest = frame.Values<float>("X").Max().Value;
        var features = (VBufferDataFrameColumn<float>)result["Features"];
        Assert.All(Enumerable.Range(0, 60), row => Assert.Equal(frame.Values<float>("X")[row].Value / largest, features[row].GetItemOrDefault(0), 1e-6));
        Assert.Equal(60, features.Select(vector => vector.GetItemOrDefault(0)).Distinct().Count());
    }

    public class Row
    {
        public int Id { get; set; }

        public float Weight { get; set; }

        public double Exact { get; set; }

        public string Name { get; set; }

        public bool Even { get; set; }

        public float[] Pixels { get; set; }
    }

    public class Numbered
    {
        public int Id { get; set; }
    }

    public class Span
    {
        public TimeSpan Length { get; set; }
    }
}
