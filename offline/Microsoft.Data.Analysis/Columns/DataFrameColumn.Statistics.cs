namespace Microsoft.Data.Analysis;

public abstract partial class DataFrameColumn
{
    public virtual object Max() => throw NotImplemented("a maximum");

    public virtual object Max(IEnumerable<long> rowIndices) => throw NotImplemented("a maximum");

    public virtual object Min() => throw NotImplemented("a minimum");

    public virtual object Min(IEnumerable<long> rowIndices) => throw NotImplemented("a minimum");

    public virtual object Sum() => throw NotImplemented("a sum");

    public virtual object Sum(IEnumerable<long> rowIndices) => throw NotImplemented("a sum");

    public virtual double Mean() => throw NotImplemented("a mean");

    public virtual double Median() => throw NotImplemented("a median");

    public virtual bool IsNumericColumn() => false;

    public virtual bool HasDescription() => false;

    public virtual DataFrameColumn Description() => throw NotImplemented("a description");
}
