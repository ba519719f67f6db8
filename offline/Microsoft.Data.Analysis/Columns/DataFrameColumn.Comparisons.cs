namespace Microsoft.Data.Analysis;

public abstract partial class DataFrameColumn
{
    public virtual PrimitiveDataFrameColumn<bool> ElementwiseEquals<T>(T value) => throw NotImplemented("this comparison");

    public virtual PrimitiveDataFrameColumn<bool> ElementwiseNotEquals<T>(T value) => throw NotImplemented("this comparison");

    public virtual PrimitiveDataFrameColumn<bool> ElementwiseGreaterThan<T>(T value) => throw NotImplemented("this comparison");

    public virtual PrimitiveDataFrameColumn<bool> ElementwiseGreaterThanOrEqual<T>(T value) => throw NotImplemented("this comparison");

    public virtual PrimitiveDataFrameColumn<bool> ElementwiseLessThan<T>(T value) => throw NotImplemented("this comparison");

    public virtual PrimitiveDataFrameColumn<bool> ElementwiseLessThanOrEqual<T>(T value) => throw NotImplemented("this comparison");

    public virtual PrimitiveDataFrameColumn<bool> ElementwiseIsNull() => Compare(row => !IsValid(row));

    public virtual PrimitiveDataFrameColumn<bool> ElementwiseIsNotNull() => Compare(IsValid);

    private protected BooleanDataFrameColumn Compare(Func<long, bool> holds)
    {
        var result = new BooleanDataFrameColumn(Name);
        for (var row = 0L; row < Length; row++)
            result.Append(holds(row));
        return result;
    }
}
