using System.Collections;

namespace Offline.Microsoft.Data.Analysis.Tests;

public class ColumnTests
{
    /// <summary>A column of every type with the values first, null and second, and another value of the type.</summary>
    public static TheoryData<DataFrameColumn, object, object, object> EveryType => new()
    {
        { new BooleanDataFrameColumn("c", [true, null, false]), true, false, true },
        { new ByteDataFrameColumn("c", [1, null, 255]), (byte)1, (byte)255, (byte)7 },
        { new SByteDataFrameColumn("c", [1, null, -128]), (sbyte)1, (sbyte)-128, (sbyte)7 },
        { new Int16DataFrameColumn("c", [1, null, -32768]), (short)1, (short)-32768, (short)7 },
        { new UInt16DataFrameColumn("c", [1, null, 65535]), (ushort)1, (ushort)65535, (ushort)7 },
        { new Int32DataFrameColumn("c", [1, null, int.MinValue]), 1, int.MinValue, 7 },
        { new UInt32DataFrameColumn("c", [1, null, uint.MaxValue]), 1u, uint.MaxValue, 7u },
        { new Int64DataFrameColumn("c", [1, null, long.MinValue]), 1L, long.MinValue, 7L },
        { new UInt64DataFrameColumn("c", [1, null, ulong.MaxValue]), 1ul, ulong.MaxValue, 7ul },
        { new SingleDataFrameColumn("c", [1, null, float.NaN]), 1f, float.NaN, 7f },
        { new DoubleDataFrameColumn("c", [1, null, double.Epsilon]), 1d, double.Epsilon, 7d },
        {
            new DateTimeDataFrameColumn("c", [new(2020, 1, 2), null, new(1999, 12, 31)]),
            new DateTime(2020, 1, 2), new DateTime(1999, 12, 31), DateTime.MaxValue
        },
        { new StringDataFrameColumn("c", ["x", null, ""]), "x", "", "y" },
    };

    [Theory]
    [MemberData(nameof(EveryType))]
    public void A_column_holds_values_and_nulls(DataFrameColumn column, object first, object second, object other)
    {
        Assert.Equal((3, 1, "c", first.GetType()), (column.Length, column.NullCount, column.Name, column.DataType));
        Assert.Equal([first, null, second], ((IEnumerable)column).Cast<object>());
        Assert.Equal([null, second], column[1, 9]);
        Assert.Equal([true, false, true], Enumerable.Range(0, 3).Select(row => column.IsValid(row)));
        Assert.Equal([false, true, false], column.ElementwiseIsNull());
        Assert.Equal([true, false, true], column.ElementwiseIsNotNull());

        var clone = column.Clone(numberOfNullsToAppend: 2);
        Assert.IsType(column.GetType(), clone);
        clone[0] = null;
        clone[1] = other;
        Assert.Equal([null, other, second, null, null], ((IEnumerable)clone).Cast<object>());
        Assert.Equal((3, 1), (clone.NullCount, column.NullCount));
    }

    [Theory]
    [MemberData(nameof(EveryType))]
    public void Rows_are_chosen_by_number_and_by_truth(DataFrameColumn column, object first, object second, object other)
    {
        var rows = new Int64DataFrameColumn("rows", [2, null, 0, 0]);
        Assert.Equal([second, null, first, first], ((IEnumerable)column.Clone(rows)).Cast<object>());
        Assert.Equal([first, first, null, second], ((IEnumerable)column.Clone(rows, invertMapIndices: true)).Cast<object>());
        Assert.Equal([null, second], ((IEnumerable)column.Clone(new Int32DataFrameColumn("rows", [1, 2]))).Cast<object>());
        Assert.Equal([second], ((IEnumerable)column.Clone(new BooleanDataFrameColumn("filter", [false, null, true]))).Cast<object>());
        Assert.NotEqual(second, other);
    }

    [Theory]
    [MemberData(nameof(EveryType))]
    public void Nulls_are_filled_and_values_counted(DataFrameColumn column, object first, object second, object other)
    {
        Assert.Equal([first, other, second], ((IEnumerable)column.FillNulls(other)).Cast<object>());
        var counts = column.Clone(new Int32DataFrameColumn("rows", [2, 0, 1, 2])).ValueCounts();
        Assert.Equal(["Values", "Counts"], counts.Names());
        Assert.Equal([second, first], Enumerable.Range(0, 2).Select(row => counts[row, 0]));
        Assert.Equal([2L, 1L], counts.Values<long>("Counts").Cast<long>());
    }

    [Theory]
    [MemberData(nameof(EveryType))]
    public void Wrong_types_and_rows_are_refused_by_name(DataFrameColumn column, object first, object second, object other)
    {
        Assert.Contains("'c'", Assert.Throws<ArgumentException>(() => column[0] = new object()).Message, StringComparison.Ordinal);
        Assert.Contains("row 3", Assert.Throws<ArgumentOutOfRangeException>(() => column[3]).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => column[-1] = other);
        Assert.Throws<ArgumentOutOfRangeException>(() => column.Clone(new Int32DataFrameColumn("rows", [3])));
        Assert.Throws<ArgumentException>(() => column.Clone(new BooleanDataFrameColumn("filter", [true, true, true, true])));
        Assert.Throws<ArgumentException>(() => column.Clone(new StringDataFrameColumn("rows", ["1"])));
        Assert.Equal([first, second], [column[0], column[2]]);
    }

    [Fact]
    public void A_column_of_a_length_begins_with_nulls()
    {
        Assert.Equal((4, 4), (new SingleDataFrameColumn("c", 4).Length, new SingleDataFrameColumn("c", 4).NullCount));
        Assert.Equal((4, 4), (new StringDataFrameColumn("c", 4).Length, new StringDataFrameColumn("c", 4).NullCount));
        Assert.Equal(4, new VBufferDataFrameColumn<float>("c", 4).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SingleDataFrameColumn("c", -1));
    }

    [Fact]
    public void Vectors_are_values_and_never_null()
    {
        var column = new VBufferDataFrameColumn<double>("v", [new(2, [1, 2]), new(3, 1, [5], [1])]);
        column.Append(new VBuffer<double>(0, null));
        Assert.Equal((3, 0), (column.Length, column.NullCount));
        Assert.Equal([0, 5, 0], column[1].DenseValues());
        Assert.Equal([3, 2], column.Clone(new Int32DataFrameColumn("rows", [1, 0]), false, 0).Select(v => v.Length));
        Assert.Throws<NotSupportedException>(() => ((DataFrameColumn)column)[0] = null);
        Assert.Throws<ArgumentException>(() => ((DataFrameColumn)column)[0] = new VBuffer<float>(1, [1]));
        Assert.Throws<NotImplementedException>(() => column.Sort());
    }

    [Fact]
    public void A_number_is_compared_with_a_constant_of_any_type_of_number()
    {
        var column = new SingleDataFrameColumn("c", [1, 2, 3, float.NaN]);
        Assert.Equal([false, true, false, false], column.ElementwiseEquals(2));
        Assert.Equal([true, false, true, true], column.ElementwiseNotEquals(2.0));
        Assert.Equal([false, false, true, false], column.ElementwiseGreaterThan(2f));
        Assert.Equal([false, true, true, false], column.ElementwiseGreaterThanOrEqual((byte)2));
        Assert.Equal([true, false, false, false], column.ElementwiseLessThan(2L));
        Assert.Equal([true, true, false, false], column.ElementwiseLessThanOrEqual(2u));
        var dates = new DateTimeDataFrameColumn("d", [new(2020, 1, 1), new(2021, 1, 1)]);
        Assert.Equal([false, true], dates.ElementwiseGreaterThan(new DateTime(2020, 6, 1)));
        Assert.Equal([false, true], new BooleanDataFrameColumn("b", [true, false]).ElementwiseEquals(false));
        Assert.Equal([true, false, false], new StringDataFrameColumn("s", ["x", "X", null]).ElementwiseEquals("x"));
        Assert.Equal([false, true, true], new StringDataFrameColumn("s", ["x", "X", null]).ElementwiseNotEquals("x"));
        Assert.Throws<NotSupportedException>(() => column.ElementwiseEquals("2"));
        Assert.Throws<NotSupportedException>(() => new BooleanDataFrameColumn("b", [true]).ElementwiseLessThan(true));
        Assert.Throws<NotImplementedException>(() => new StringDataFrameColumn("s", ["x"]).ElementwiseLessThan("y"));
    }

    /// <summary>So does the package: https://github.com/dotnet/machinelearning/issues/6820.</summary>
    [Fact]
    public void A_null_compares_as_zero()
    {
        var column = new Int32DataFrameColumn("c", [null, -1, 1]);
        Assert.Equal([true, false, false], column.ElementwiseEquals(0));
        Assert.Equal([true, true, false], column.ElementwiseLessThan(1));
    }

    [Fact]
    public void A_column_is_shown_row_by_row()
    {
        var column = new Int32DataFrameColumn("c", [7, null, 9]);
        Assert.Equal(["c", "7", "null", "Showing 2 of 3 rows", "Name: c, Type: System.Int32"], column.ToString(2).Split(Environment.NewLine));
    }
}
