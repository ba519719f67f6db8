using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    public IDataView TakeRows(IDataView input, long count)
    {
        CheckCount(input, count);
        return new SliceDataView(input, 0, count);
    }

    public IDataView SkipRows(IDataView input, long count)
    {
        CheckCount(input, count);
        return new SliceDataView(input, count, long.MaxValue);
    }

    public IDataView ShuffleRows(IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shufflePoolSize);
        return new ShuffledDataView(input, SeedOr(seed, "Shuffle"), shufflePoolSize, shuffleSource);
    }

    public IDataView FilterRowsByColumn(
        IDataView input, string columnName, double lowerBound = double.NegativeInfinity, double upperBound = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentException.ThrowIfNullOrEmpty(columnName);
        if (!(lowerBound < upperBound))
            throw new ArgumentOutOfRangeException(nameof(upperBound), "The upper bound must be more than the lower bound.");
        var column = input.Schema[columnName];
        if (column.Type is not NumberDataViewType)
            throw Contracts.SchemaMismatch("filter", columnName, "number", column.Type.ToString(), nameof(columnName));
        if (column.Type.RawType != typeof(float) && column.Type.RawType != typeof(double))
            throw new ArgumentOutOfRangeException(nameof(columnName), $"Rows cannot be filtered by '{columnName}': {column.Type} is neither Single nor Double.");
        return new RangeDataView(input, column, lowerBound, upperBound);
    }

    public IDataView Cache(IDataView input, params string[] columnsToPrefetch)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new CacheDataView(input, columnsToPrefetch);
    }

    private static void CheckCount(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
    }

    private int SeedOr(int? seed, string name) => seed ?? _environment.Register(name).Rand.Next();
}
