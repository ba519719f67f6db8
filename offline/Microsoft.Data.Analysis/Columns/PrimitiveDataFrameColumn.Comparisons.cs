namespace Microsoft.Data.Analysis;

/// <remarks>As in the package (its issue 6820), a null compares as the default value of the type: 0 for a number.</remarks>
public partial class PrimitiveDataFrameColumn<T>
{
    public override PrimitiveDataFrameColumn<bool> ElementwiseEquals<U>(U value) => Compare(value, order => order == 0);

    public override PrimitiveDataFrameColumn<bool> ElementwiseNotEquals<U>(U value) => Compare(value, order => order != 0);

    public override PrimitiveDataFrameColumn<bool> ElementwiseGreaterThan<U>(U value) => CompareOrder(value, order => order > 0);

    public override PrimitiveDataFrameColumn<bool> ElementwiseGreaterThanOrEqual<U>(U value) => CompareOrder(value, order => order >= 0);

    public override PrimitiveDataFrameColumn<bool> ElementwiseLessThan<U>(U value) => CompareOrder(value, order => order < 0);

    public override PrimitiveDataFrameColumn<bool> ElementwiseLessThanOrEqual<U>(U value) => CompareOrder(value, order => order <= 0);

    private BooleanDataFrameColumn CompareOrder<U>(U value, Func<int?, bool> holds) => typeof(T) == typeof(bool)
        ? throw new NotSupportedException($"Column '{Name}' holds truth values, which have no order.")
        : Compare(value, holds);

    /// <summary>The order of two values is null when one of them is not a number.</summary>
    private BooleanDataFrameColumn Compare<U>(U value, Func<int?, bool> holds)
    {
        if (value is T same)
            return Compare(row => holds(Order(this[row].GetValueOrDefault(), same, IsNotANumber)));
        if (!IsNumericColumn() || NumberKind.Of(typeof(U)) is null)
            throw new NotSupportedException($"Column '{Name}' holds {DataType} and cannot be compared with {value?.GetType().ToString() ?? "null"}.");
        if (typeof(T) == typeof(decimal) || typeof(U) == typeof(decimal))
            return Compare(row => holds(Order(Convert.ToDecimal(this[row].GetValueOrDefault()), Convert.ToDecimal(value), _ => false)));
        return Compare(row => holds(Order(Convert.ToDouble(this[row].GetValueOrDefault()), Convert.ToDouble(value), double.IsNaN)));
    }

    private static int? Order<V>(V first, V second, Func<V, bool> isNotANumber) =>
        isNotANumber(first) || isNotANumber(second) ? null : Comparer<V>.Default.Compare(first, second);

    private static bool IsNotANumber(T value) => value is double.NaN or float.NaN;
}
