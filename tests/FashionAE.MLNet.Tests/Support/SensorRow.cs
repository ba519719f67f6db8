using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>
/// A row of a table with six sensors of different units. They depend on two hidden values. A flag says whether one is wrong.
/// </summary>
public sealed class SensorRow
{
    public const int Count = 6;

    public static readonly string[] Names = ["Speed", "Current", "Angle", "Load", "Temperature", "Constant"];

    [VectorType(Count)]
    public float[] Values { get; set; } = [];

    public bool IsWrong { get; set; }

    public static SensorRow[] Rows(int count, int seed = 1, double missing = 0, double wrong = 0)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var (a, b) = (random.NextDouble() * 6 - 3, random.NextDouble());
            float[] values = [
                (float)(1e6 + 10 * a), (float)(-0.5 + 1e-3 * b), (float)Math.Sin(a), (float)(a * b), (float)(300 + 40 * Math.Cos(a)), 7];
            var isWrong = random.NextDouble() < wrong;
            if (isWrong)
                values[4] += 30;
            return new SensorRow
            {
                Values = Array.ConvertAll(values, value => random.NextDouble() < missing ? float.NaN : value),
                IsWrong = isWrong,
            };
        })];
    }

    /// <summary>A view of rows with the column Features, whose slot names are the sensors.</summary>
    public static IDataView View(MLContext ml, IEnumerable<SensorRow> rows)
    {
        var type = SchemaDefinition.Create(typeof(SensorRow));
        var names = Names.Select(name => name.AsMemory()).ToArray();
        var column = type[nameof(Values)];
        column.ColumnName = "Features";
        column.AddAnnotation("SlotNames", new VBuffer<ReadOnlyMemory<char>>(Count, names), new VectorDataViewType(TextDataViewType.Instance, Count));
        return ml.Data.LoadFromEnumerable(rows, type);
    }

    public static IDataView View(MLContext ml, int count, int seed = 1, double missing = 0, double wrong = 0) => View(ml, Rows(count, seed, missing, wrong));
}
