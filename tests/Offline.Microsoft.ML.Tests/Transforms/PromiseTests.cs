using Microsoft.ML.Transforms;

namespace Offline.Microsoft.ML.Tests.Transforms;

/// <summary>What ML.NET asks of every estimator.</summary>
public class PromiseTests
{
    private static readonly MLContext ML = new(1);

    public static TheoryData<string> Names => [.. Estimators.Keys];

    private static Dictionary<string, Func<IEstimator<ITransformer>>> Estimators { get; } = new()
    {
        ["copy"] = () => ML.Transforms.CopyColumns("X", "Label"),
        ["concatenate scalars"] = () => ML.Transforms.Concatenate("F", "X", "X"),
        ["concatenate named"] = () => ML.Transforms.Concatenate("F", "X", "X").Append(ML.Transforms.Concatenate("G", "F", "Features")),
        ["concatenate one vector"] = () => ML.Transforms.Concatenate("F", "Features"),
        ["concatenate normalized"] = () => ML.Transforms.NormalizeMinMax("N", "Features").Append(ML.Transforms.Concatenate("F", "N", "N")),
        ["concatenate variable"] = () => ML.Transforms.Concatenate("F", "X", "Variable"),
        ["concatenate text"] = () => ML.Transforms.Concatenate("F", "LabelText", "LabelText"),
        ["select"] = () => ML.Transforms.SelectColumns("X", "Features"),
        ["drop"] = () => ML.Transforms.DropColumns("X"),
        ["minimum and maximum"] = () => ML.Transforms.NormalizeMinMax("Features"),
        ["mean and variance"] = () => ML.Transforms.NormalizeMeanVariance("M", "X", fixZero: false),
        ["normalize named"] = () => ML.Transforms.Concatenate("F", "X", "X").Append(ML.Transforms.NormalizeMinMax("F")),
        ["value to key"] = () => ML.Transforms.Conversion.MapValueToKey("K", "LabelText", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue),
        ["number to key"] = () => ML.Transforms.Conversion.MapValueToKey("X"),
        ["vector to key"] = () => ML.Transforms.Conversion.MapValueToKey("K", "Features"),
        ["key to value"] = () => ML.Transforms.Conversion.MapKeyToValue("V", "Label"),
        ["maximum entropy"] = () => ML.MulticlassClassification.Trainers.LbfgsMaximumEntropy(),
        ["k-means"] = () => ML.Clustering.Trainers.KMeans(numberOfClusters: 3),
        ["anomalies"] = () => ML.AnomalyDetection.Trainers.RandomizedPca(rank: 1),
        ["principal components"] = () => ML.Transforms.ProjectToPrincipalComponents("P", "Features", rank: 1),
        ["chain"] = () => ML.Transforms.Conversion.MapValueToKey("K", "LabelText").AppendCacheCheckpoint(ML)
            .Append(ML.Transforms.Conversion.MapKeyToValue("V", "K")).Append(ML.Transforms.DropColumns("K")),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_promised_is_delivered(string name)
    {
        var (estimator, data) = (Estimators[name](), Data());
        var promised = estimator.GetOutputSchema(SchemaShape.Create(data.Schema));
        var delivered = SchemaShape.Create(estimator.Fit(data).GetOutputSchema(data.Schema));
        Assert.Equal(delivered.Describe().Order(), promised.Describe().Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Schemas_agree_and_survive_saving(string name)
    {
        var data = Data();
        var fitted = Estimators[name]().Fit(data);
        using var stream = new MemoryStream();
        ML.Model.Save(fitted, data.Schema, stream);
        stream.Position = 0;
        var loaded = new MLContext(2).Model.Load(stream, out var inputSchema);
        Assert.Equal(data.Schema.Describe(), inputSchema.Describe());

        var schema = fitted.GetOutputSchema(data.Schema).Describe();
        foreach (var transformer in (ITransformer[])[fitted, loaded])
        {
            Assert.Equal(schema, transformer.GetOutputSchema(data.Schema).Describe());
            Assert.Equal(schema, transformer.Transform(data).Schema.Describe());
            var mapper = transformer.GetRowToRowMapper(data.Schema);
            Assert.Equal(schema, mapper.OutputSchema.Describe());
            Assert.Same(data.Schema, mapper.InputSchema);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_survive_saving_whichever_columns_are_active(string name)
    {
        var data = Data();
        var fitted = Estimators[name]().Fit(data);
        using var stream = new MemoryStream();
        ML.Model.Save(fitted, null, stream);
        stream.Position = 0;
        var loaded = new MLContext(2).Model.Load(stream, out _).Transform(data);
        var all = Values(fitted.Transform(data), _ => true);
        Assert.Equal(all, Values(loaded, _ => true));
        for (var odd = 0; odd < 2; odd++)
            Assert.Equal(all.Where((_, i) => i % 2 == odd), Values(loaded, i => i % 2 == odd));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Other_data_are_refused_at_once(string name)
    {
        var data = Data();
        var fitted = Estimators[name]().Fit(data);
        var other = new Table(1).AddText("Other", _ => "");
        Assert.IsType<ArgumentOutOfRangeException>(Record.Exception(() => fitted.Transform(other)));
        Assert.IsType<ArgumentOutOfRangeException>(Record.Exception(() => fitted.GetOutputSchema(other.Schema)));
        Assert.IsType<ArgumentOutOfRangeException>(Record.Exception(() => Estimators[name]().GetOutputSchema(SchemaShape.Create(other.Schema))));
        Assert.True(Record.Exception(() => Estimators[name]().Fit(other)) is ArgumentOutOfRangeException or InvalidOperationException);
    }

    private static IDataView Data()
    {
        var table = new Table(40).AddVector("Features", 2, row => [row % 3, row]).AddFloat("X", row => row % 4)
            .AddText("LabelText", row => $"label {row % 3}")
            .Add("Variable", new VectorDataViewType(NumberDataViewType.Single), row => new VBuffer<float>(row % 3, new float[row % 3]));
        return ML.Transforms.Conversion.MapValueToKey("Label", "LabelText").Fit(table).Transform(table);
    }

    /// <summary>The values of every active column, in one text a column.</summary>
    private static string[] Values(IDataView data, Func<int, bool> isActive)
    {
        var active = data.Schema.Where(column => isActive(column.Index)).ToArray();
        using var cursor = data.GetRowCursor(active);
        var readers = active.Select(column => (Func<string>)typeof(PromiseTests)
            .GetMethod(nameof(MakeReader), System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)
            .MakeGenericMethod(column.Type.RawType).Invoke(null, [cursor, column])).ToArray();
        var texts = active.Select(_ => new System.Text.StringBuilder()).ToArray();
        while (cursor.MoveNext())
            for (var i = 0; i < texts.Length; i++)
                texts[i].Append(readers[i]()).Append('\n');
        return texts.Select(text => text.ToString()).ToArray();
    }

    private static Func<string> MakeReader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var (getter, value) = (row.GetGetter<T>(column), default(T));
        return () =>
        {
            getter(ref value);
            return value is System.Collections.IEnumerable items ? string.Join("|", items.Cast<object>()) : $"{value}";
        };
    }
}
