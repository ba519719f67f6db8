using System.Globalization;
using System.Text;

namespace Offline.Microsoft.Data.Analysis.Tests;

public class CsvTests
{
    /// <summary>Written by the csv module of Python.</summary>
    private const string FromPython =
        "name,weight,ok,note\r\n\"Shirt, long\",0.1,True,\"say \"\"hi\"\"\"\r\n\"two\r\nlines\",-1.5e-05,False,\r\nFüße,16777216.0,True, padded \r\n\"\"\"\",,,\",\"\r\n";

    [Fact]
    public void A_file_of_another_program_is_read()
    {
        var frame = DataFrame.LoadCsvFromString(FromPython);
        Assert.Equal(["name", "weight", "ok", "note"], frame.Names());
        Assert.Equal([typeof(string), typeof(float), typeof(bool), typeof(string)], frame.Columns.Select(column => column.DataType));
        Assert.Equal(["Shirt, long", "two\r\nlines", "Füße", "\""], frame.Texts("name"));
        Assert.Equal([0.1f, -1.5e-5f, 16777216, null], frame.Values<float>("weight"));
        Assert.Equal([true, false, true, null], frame.Values<bool>("ok"));
        // As in the package, blanks around a field are dropped and an empty text is no null.
        Assert.Equal(["say \"hi\"", "", "padded", ","], frame.Texts("note"));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("iso-8859-1")]
    public void A_stream_is_read_in_its_encoding_and_stays_open(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        var stream = new MemoryStream();
        stream.Write("skipped"u8);
        stream.Write([.. encoding.GetPreamble(), .. encoding.GetBytes(FromPython)]);
        stream.Position = 7;
        Assert.Equal("Füße", DataFrame.LoadCsv(stream, encoding: encoding)[2, 0]);
        Assert.True(stream.CanRead);
    }

    [Fact]
    public void A_file_is_read_with_options()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "1;x;2,5\n2;y;\n\n3;z;1000\n");
            var culture = Commas();
            Type[] types = [typeof(long), typeof(string), typeof(double)];
            var frame = DataFrame.LoadCsv(
                path, ';', header: false, columnNames: ["id", "", "value"], dataTypes: types, addIndexColumn: true, cultureInfo: culture);
            Assert.Equal(["IndexColumn", "id", "Column1", "value"], frame.Names());
            Assert.Equal([0L, 1, 2], frame.Values<long>("IndexColumn").Cast<long>());
            Assert.Equal([1L, 2, 3], frame.Values<long>("id").Cast<long>());
            Assert.Equal([2.5, null, 1000], frame.Values<double>("value"));
            Assert.Equal(2, DataFrame.LoadCsv(path, ';', header: false, numRows: 2).Rows.Count);
            Assert.Equal(2, DataFrame.LoadCsv(path, ';', numRows: 2).Rows.Count);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("true,False", typeof(bool))]
    [InlineData("1,-2.5e3", typeof(float))]
    [InlineData("2020-01-02,1999-12-31T10:00:00", typeof(DateTime))]
    [InlineData("1,x", typeof(string))]
    [InlineData("null,,1", typeof(float))]
    [InlineData("null,", typeof(string))]
    public void The_type_of_a_column_is_guessed(string values, Type expected)
    {
        var column = DataFrame.LoadCsvFromString($"a,b\n{string.Join('\n', values.Split(',').Select(value => $"{value},x"))}")["a"];
        Assert.Equal(expected, column.DataType);
        Assert.Equal(values.Split(',').Length, column.Length);
    }

    /// <summary>As in the package, whose guess for truth values among numbers is a number.</summary>
    [Fact]
    public void Truth_values_among_numbers_are_refused() =>
        Assert.Contains("Line 2", Assert.Throws<FormatException>(() => DataFrame.LoadCsvFromString("a\ntrue\n1\n")).Message, StringComparison.Ordinal);

    [Fact]
    public void Some_rows_are_enough_to_guess_and_the_header_is_one_of_them()
    {
        Assert.Equal(typeof(float), DataFrame.LoadCsvFromString("a\n1\n", guessRows: 3)["a"].DataType);
        Assert.Equal(typeof(string), DataFrame.LoadCsvFromString("a\n1\nx\n", guessRows: 3)["a"].DataType);
        Assert.Throws<FormatException>(() => DataFrame.LoadCsvFromString("a\n1\nx\n", guessRows: 2));
        Assert.Equal(typeof(int), DataFrame.LoadCsvFromString("a\n1\n", guessTypeFunction: _ => typeof(int))["a"].DataType);
        Assert.Throws<ArgumentException>(() => DataFrame.LoadCsvFromString("a\n1\n", guessRows: 0));
    }

    [Fact]
    public void Columns_of_one_name_are_renamed_on_request()
    {
        Assert.Equal(["a", "a.1", "b", "a.2"], DataFrame.LoadCsvFromString("a,a,b,a\n1,2,3,4", renameDuplicatedColumns: true).Names());
        Assert.Contains("'a'", Assert.Throws<ArgumentException>(() => DataFrame.LoadCsvFromString("a,a\n1,2")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a,b\n1,2\n3\n", "Line 3")]
    [InlineData("a,b\n1,2\n3,4,5\n", "3 fields")]
    [InlineData("a,b\n1,2\n\n\"open\n,4\n", "Line 4")]
    [InlineData("a,b\n1,2\n\"x\"y,4\n", "Line 3")]
    public void Malformed_text_is_refused_with_its_line(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => DataFrame.LoadCsvFromString(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_value_of_another_type_is_refused_with_its_line_and_column()
    {
        var rows = string.Concat(Enumerable.Repeat("1,\"two\nlines\"\n", 20));
        var error = Assert.Throws<FormatException>(() => DataFrame.LoadCsvFromString($"number,text\n{rows}many,x\n"));
        Assert.StartsWith("Line 42: Column 'number' holds Single, and 'many'", error.Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => DataFrame.LoadCsvFromString("a\n300\n", dataTypes: [typeof(byte)]));
        var unknown = Assert.Throws<NotSupportedException>(() => DataFrame.LoadCsvFromString("a\n1\n", dataTypes: [typeof(Guid)]));
        Assert.Contains("'a' cannot hold System.Guid", unknown.Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => DataFrame.LoadCsvFromString("a,b\n1,2\n", dataTypes: [typeof(byte)]));
    }

    [Fact]
    public void Short_rows_end_in_nulls()
    {
        var frame = DataFrame.LoadCsvFromString("a,b\n1,2\n3\n", guessRows: 2);
        Assert.Equal([2f, null], frame.Values<float>("b"));
    }

    [Fact]
    public void A_stream_that_cannot_seek_is_refused()
    {
        using var stream = new System.IO.Compression.DeflateStream(new MemoryStream(), System.IO.Compression.CompressionMode.Decompress);
        Assert.Throws<ArgumentException>(() => DataFrame.LoadCsv(stream));
    }

    [Fact]
    public void A_frame_is_written_as_the_package_writes_it()
    {
        var frame = new DataFrame(
            new StringDataFrameColumn("a \"name\"", ["x,y", "say \"hi\"", "two\nlines", null]),
            new SingleDataFrameColumn("s", [0.1f, null, float.MaxValue, 3]),
            new DoubleDataFrameColumn("d", [0.1, 1e300, null, -0.0]),
            new BooleanDataFrameColumn("b", [true, null, false, true]),
            new VBufferDataFrameColumn<float>("v", [new(2, [1, 0.5f]), new(0, null), new(3, 1, [2], [1]), new(1, [7])]));
        string[] lines =
        [
            "\"a \"\"name\"\"\",s,d,b,v", "\"x,y\",0.100000001,0.10000000000000001,True,(1 0.5)", "\"say \"\"hi\"\"\",,1.0000000000000001E+300,,()",
            "\"two\nlines\",3.40282347E+38,,False,(0 2 0)", ",3,-0,True,(7)", "",
        ];
        Assert.Equal(string.Join(Environment.NewLine, lines), Save(frame));
        Assert.Equal(string.Join(Environment.NewLine, lines[1..]), Save(frame, header: false));
        Assert.Equal("a|b" + Environment.NewLine + "x,y|1" + Environment.NewLine, Save(
            new DataFrame(new StringDataFrameColumn("a", ["x,y"]), new Int32DataFrameColumn("b", [1])), '|'));
    }

    [Fact]
    public void Every_type_survives_a_round_trip()
    {
        var random = new Random(4);
        var singles = Enumerable.Range(0, 500).Select(_ => BitConverter.Int32BitsToSingle(random.Next())).Where(float.IsFinite).Take(400).ToList();
        DataFrameColumn[] columns =
        [
            new SingleDataFrameColumn("single", singles.Cast<float?>().Append(null)),
            new DoubleDataFrameColumn("double", singles.Select(x => (double?)Math.Sqrt(Math.Abs(x))).Prepend(null)),
            .. ColumnTests.EveryType.Select(row => (Source: (DataFrameColumn)row[0], Other: row[3])).Where(item => item.Source is not StringDataFrameColumn)
                .Select(item => Long(item.Source, item.Other, singles.Count + 1)),
            new StringDataFrameColumn("text", Enumerable.Range(0, singles.Count + 1).Select(i => $"\"{i}\",\n;'")),
        ];
        var frame = new DataFrame(columns);
        var types = columns.Select(column => column.DataType).ToArray();
        var read = DataFrame.LoadCsvFromString(Save(frame), dataTypes: types);
        Assert.Equal(frame.Names(), read.Names());
        Assert.All(columns.Zip(read.Columns), pair => Assert.Equal(pair.First.Cast<object>(), pair.Second.Cast<object>()));
        Assert.Equal(frame.Values<float>("single"), DataFrame.LoadCsvFromString(Save(frame)).Values<float>("single"));
        Assert.Equal(Save(frame), Save(read));
    }

    /// <summary>An empty line would not be read as a row, so a row that holds nothing else is not written as one.</summary>
    [Fact]
    public void A_single_column_keeps_its_nulls()
    {
        var frame = new DataFrame(new SingleDataFrameColumn("x", [1, null, null, 4]));
        Assert.Equal([1f, null, null, 4f], DataFrame.LoadCsvFromString(Save(frame)).Values<float>("x"));
    }

    [Fact]
    public void Numbers_are_written_and_read_in_a_culture()
    {
        var frame = new DataFrame(new DoubleDataFrameColumn("d", [1.5, null, -1e-9]), new Int32DataFrameColumn("i", [-1, 0, 1]));
        var text = Save(frame, ';', culture: Commas());
        Assert.Contains("1,5;-1", text, StringComparison.Ordinal);
        var read = DataFrame.LoadCsvFromString(text, ';', dataTypes: [typeof(double), typeof(int)], cultureInfo: Commas());
        Assert.Equal([1.5, null, -1e-9], read.Values<double>("d"));
        Assert.Throws<ArgumentException>(() => Save(frame, ',', culture: Commas()));
    }

    [Fact]
    public void Text_is_ascii_unless_an_encoding_is_given()
    {
        var frame = new DataFrame(new StringDataFrameColumn("a", ["Füße"]));
        var (ascii, utf8) = (new MemoryStream(), new MemoryStream());
        DataFrame.SaveCsv(frame, ascii, header: false);
        DataFrame.SaveCsv(frame, utf8, header: false, encoding: new UTF8Encoding(false));
        Assert.Equal([.. "F??e"u8, .. Encoding.ASCII.GetBytes(Environment.NewLine)], ascii.ToArray());
        Assert.Equal([.. "Füße"u8, .. Encoding.ASCII.GetBytes(Environment.NewLine)], utf8.ToArray());
        Assert.True(ascii.CanWrite);
    }

    [Fact]
    public void A_file_is_written()
    {
        var path = Path.GetTempFileName();
        try
        {
            DataFrame.SaveCsv(Frames.Garments(), path);
            Assert.Equal(6, File.ReadAllLines(path).Length);
            Assert.Equal(Frames.Garments().Values<float>("Weight"), DataFrame.LoadCsv(path).Values<float>("Weight"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static DataFrameColumn Long(DataFrameColumn source, object other, int length)
    {
        var column = source.Clone(new Int32DataFrameColumn("rows", Enumerable.Range(0, length).Select(i => i % 3)));
        column[0] = column is DateTimeDataFrameColumn ? new DateTime(2026, 11, 22, 3, 4, 5) : other;
        column.SetName(column.DataType.Name);
        return column;
    }

    private static string Save(DataFrame frame, char separator = ',', bool header = true, CultureInfo culture = null)
    {
        var stream = new MemoryStream();
        DataFrame.SaveCsv(frame, stream, separator, header, new UTF8Encoding(false), culture);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>A culture that writes 1,5; the names of cultures are not there with invariant globalization.</summary>
    private static CultureInfo Commas()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator) = (",", ".");
        return culture;
    }
}
