namespace Microsoft.Data.Analysis;

public partial class PrimitiveDataFrameColumn<T>
{
    private IEnumerable<T> Valid => _values.All.Where(value => value is not null).Select(value => value.GetValueOrDefault());

    /// <summary>Null when there are no values, as is the minimum.</summary>
    public override object Max() => Best(Valid, largest: true);

    public override object Max(IEnumerable<long> rowIndices) => Best(ValidAt(rowIndices), largest: true);

    public override object Min() => Best(Valid, largest: false);

    public override object Min(IEnumerable<long> rowIndices) => Best(ValidAt(rowIndices), largest: false);

    public override object Sum() => Total(Valid);

    public override object Sum(IEnumerable<long> rowIndices) => Total(ValidAt(rowIndices));

    public override double Mean() => Length == 0 ? 0 : Convert.ToDouble(Sum()) / (Length - NullCount);

    public override double Median()
    {
        if (Length == 0)
            return 0;
        var sorted = Valid.Order().Select(value => Convert.ToDouble(value)).ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length == 0 ? double.NaN : sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    public override bool HasDescription() => IsNumericColumn() || typeof(T) == typeof(DateTime);

    /// <summary>Count, maximum, minimum and mean. The package divides this mean by the number of rows, those without a value included.</summary>
    public override DataFrameColumn Description()
    {
        var rows = IsNumericColumn() ? new[] { Single(Max()), Single(Min()), Single(Sum()) / Length } : [null, null, null];
        return new PrimitiveDataFrameColumn<float>(Name, rows.Prepend(Length - NullCount));

        static float? Single(object value) => value is null ? null : Convert.ToSingle(value);
    }

    private IEnumerable<T> ValidAt(IEnumerable<long> rows) => rows.Where(IsValid).Select(row => this[row].GetValueOrDefault());

    private object Total(IEnumerable<T> values) => Number("a sum").Sum(values);

    private object Best(IEnumerable<T> values, bool largest)
    {
        if (typeof(T) == typeof(DateTime))
            return largest ? values.Cast<DateTime?>().Max() : values.Cast<DateTime?>().Min();
        var number = Number(largest ? "a maximum" : "a minimum");
        T? best = null;
        foreach (var value in values)
            best = best is not { } other ? value : largest ? number.Max(other, value) : number.Min(other, value);
        return best;
    }

    private NumberKind<T> Number(string what) =>
        NumberKind<T>.Instance ?? throw new NotSupportedException($"Column '{Name}' holds {DataType}, which has no {what[2..]}.");
}
