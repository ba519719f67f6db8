using System.Globalization;
using System.Text;
using FashionAE.MLNet.Tests.Support;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Data;

/// <summary>Splits columns of vectors into columns of single values, which can be written to files.</summary>
public class SplitVectorsTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void A_file_has_the_numbers_of_the_view()
    {
        using var model = Models.Fit(_ml, Models.AllColumns());
        var scored = model.Transform(Images.View(_ml, 40));
        using var file = new MemoryStream();
        DataFrame.SaveCsv(scored.ToDataFrame(-1, "Id", "Pixels", "Name", "Code").SplitVectors(), file, cultureInfo: CultureInfo.InvariantCulture);

        var lines = Encoding.ASCII.GetString(file.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(["Id", .. Enumerable.Range(0, Images.Size).Select(slot => $"Pixels.{slot}"), "Name", "Code.0", "Code.1"], lines[0].Split(','));
        var rows = lines.Skip(1).Select(line => line.Split(',')).ToArray();
        Assert.Equal(scored.GetColumn<float[]>("Code"), rows.Select(row => Numbers(row[^2..])));
        Assert.Equal(scored.GetColumn<float[]>("Pixels"), rows.Select(row => Numbers(row[1..^3])));
        Assert.Equal(scored.GetColumn<string>("Name"), rows.Select(row => row[^3]));

        static float[] Numbers(string[] cells) => Array.ConvertAll(cells, cell => float.Parse(cell, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void The_columns_of_the_slots_are_of_the_type_of_the_values()
    {
        var frame = new DataFrame(
            Vectors("Singles", new VBuffer<float>(2, [1.5f, 2])), Vectors("Doubles", new VBuffer<double>(1, [1 / 3d])), Vectors("Bytes", new VBuffer<byte>(1, [255])));
        var split = frame.SplitVectors();
        Assert.Equal(["Singles.0", "Singles.1", "Doubles.0", "Bytes.0"], split.Columns.Select(column => column.Name));
        Assert.Equal([[1.5f, 2f, 1 / 3d, (byte)255]], split.Rows.Select(row => row.ToArray()));
    }

    [Fact]
    public void Sparse_vectors_have_zeros_and_long_buffers_count_as_far_as_the_vector_goes()
    {
        var frame = new DataFrame(Vectors("Code", new VBuffer<float>(3, 1, [7], [1]), new VBuffer<float>(3, 0, [], []), new VBuffer<float>(3, [1, 2, 3, 4, 5])));
        Assert.Equal([[0f, 7f, 0f], [0f, 0f, 0f], [1f, 2f, 3f]], frame.SplitVectors().Rows.Select(row => row.ToArray()));
    }

    [Fact]
    public void Other_columns_are_copied_and_the_frame_is_left_as_it_is()
    {
        var frame = new DataFrame(
            new StringDataFrameColumn("Name", ["a", null]), Vectors("Code", new VBuffer<float>(1, [1]), new VBuffer<float>(1, [2])), new DoubleDataFrameColumn("Mse", [null, 0.5]));
        var split = frame.SplitVectors();
        Assert.Equal(["Name", "Code.0", "Mse"], split.Columns.Select(column => column.Name));
        Assert.Equal([["a", 1f, null], [null, 2f, 0.5]], split.Rows.Select(row => row.ToArray()));
        split["Mse"][1] = 7.0;
        Assert.Equal(0.5, frame["Mse"][1]);
        Assert.Equal(["Name", "Code", "Mse"], frame.Columns.Select(column => column.Name));
    }

    [Fact]
    public void Without_rows_or_values_no_column_is_left_of_vectors()
    {
        Assert.Equal(["Id"], new DataFrame(new Int32DataFrameColumn("Id"), Vectors<float>("Code")).SplitVectors().Columns.Select(column => column.Name));
        Assert.Equal(["Id"], new DataFrame(new Int32DataFrameColumn("Id", [1]), Vectors("Code", new VBuffer<float>(0, []))).SplitVectors().Columns.Select(column => column.Name));
        Assert.Empty(new DataFrame().SplitVectors().Columns);
    }

    [Fact]
    public void Vectors_of_another_length_than_the_first_are_refused()
    {
        var frame = new DataFrame(Vectors("Code", new VBuffer<float>(2, [1, 2]), new VBuffer<float>(2, [1, 2]), new VBuffer<float>(3, [1, 2, 3])));
        var error = Assert.Throws<ArgumentException>(frame.SplitVectors);
        Assert.StartsWith("Row 2 has 3 values in column 'Code', but row 0 has 2:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Vectors_of_other_values_names_that_are_taken_and_null_are_refused()
    {
        var error = Assert.Throws<NotSupportedException>(new DataFrame(Vectors("Flags", new VBuffer<bool>(1, [true]))).SplitVectors);
        Assert.StartsWith("Column 'Flags' has vectors of Boolean.", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(new DataFrame(Vectors("Code", new VBuffer<float>(1, [1])), new SingleDataFrameColumn("Code.0", [1])).SplitVectors);
        Assert.Throws<ArgumentNullException>(() => ((DataFrame)null!).SplitVectors());
    }

    private static VBufferDataFrameColumn<T> Vectors<T>(string name, params VBuffer<T>[] vectors) => new(name, vectors);
}
