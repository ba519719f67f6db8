using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>Views of vectors that contain mostly zeros, in sparse or dense form.</summary>
internal static class SparseView
{
    /// <summary>
    /// Rows in [0, 1], of which the first is sparse. The other rows include an empty one, one with explicit zeros, one without zeros, and a
    /// dense one that has only few values.
    /// </summary>
    public static VBuffer<float>[] Rows(int count, int length, int seed = 1)
    {
        var random = new Random(seed);
        VBuffer<float> Sparse(int set, Func<float> value)
        {
            int[] slots = [.. Enumerable.Range(0, set).Select(_ => random.Next(length)).Distinct().Order()];
            return new(length, slots.Length, [.. slots.Select(_ => value())], slots);
        }

        var rows = Enumerable.Range(0, count).Select(_ => Sparse(5, random.NextSingle)).ToArray();
        rows[1] = new(length, 0, [], []);
        rows[2] = Sparse(6, () => random.Next(2));
        rows[3] = new(length, [.. Enumerable.Range(0, length).Select(_ => random.NextSingle())]);
        rows[4] = Dense(rows[5]);
        return rows;
    }

    public static VBuffer<float> Dense(VBuffer<float> row) => new(row.Length, [.. row.DenseValues()]);

    public static IDataView Of(MLContext ml, VBuffer<float>[] features, VBuffer<float>[]? targets = null)
    {
        var definition = SchemaDefinition.Create(typeof(Row));
        foreach (var column in definition)
            column.ColumnType = new VectorDataViewType(NumberDataViewType.Single, features[0].Length);
        return ml.Data.LoadFromEnumerable(
            features.Select((row, i) => new Row { Features = row, Target = (targets ?? features)[i] }), definition);
    }

    private sealed class Row
    {
        public VBuffer<float> Features { get; set; }

        public VBuffer<float> Target { get; set; }
    }
}
