using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;

namespace FashionAE.MLNet.Tests.Data;

public class FashionMnistViewTests
{
    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "sample");

    private readonly MLContext _ml = new(1);

    [Fact]
    public void Pixels_are_vectors_in_the_unit_range_and_labels_are_keys_with_names()
    {
        var view = _ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, Sample);
        Assert.Equal(["Pixels: Vector<Single, 784>", "Label: Key<UInt32, 0-9>", "LabelText: String"], view.Schema.Select(c => $"{c.Name}: {c.Type}"));
        var names = default(VBuffer<ReadOnlyMemory<char>>);
        view.Schema["Label"].GetKeyValues(ref names);
        Assert.Equal(FashionMnist.ClassNames, names.DenseValues().Select(n => $"{n}"));
        Assert.Equal(500, view.GetRowCount());
    }

    [Fact]
    public void Rows_are_the_images_of_the_set()
    {
        using var images = FashionMnist.Load(FashionMnistSplit.Test, Sample);
        var view = _ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, Sample);
        var bytes = images.Images.bytes.ToArray();
        Assert.Equal(bytes.Select(b => b / 255f), view.GetColumn<float[]>("Pixels").SelectMany(p => p));
        var labels = images.Labels.data<long>().ToArray();
        Assert.Equal(labels.Select(l => (uint)l + 1), view.GetColumn<uint>("Label"));
        Assert.Equal(labels.Select(l => FashionMnist.ClassNames[(int)l]), view.GetColumn<string>("LabelText"));
    }

    [Fact]
    public void A_view_is_left_when_its_set_is_disposed()
    {
        IDataView view;
        using (var images = FashionMnist.Load(FashionMnistSplit.Test, Sample))
        {
            view = _ml.Data.LoadFromImageSet(images);
            // A tensor of the images uses the same memory, which libtorch also frees.
            Assert.Equal(500, images.Batch(0, 500).shape[0]);
        }
        GC.Collect();
        var expected = _ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, Sample);
        Assert.Equal(expected.GetColumn<float[]>("Pixels"), view.GetColumn<float[]>("Pixels"));
        Assert.Equal(expected.GetColumn<uint>("Label"), view.GetColumn<uint>("Label"));
    }

    [Fact]
    public void Tensors_in_any_order_of_memory_are_read_by_rows_and_columns()
    {
        var pixels = torch.arange(12, torch.ScalarType.Byte).reshape(2, 1, 3, 2).transpose(2, 3);
        Assert.False(pixels.is_contiguous());
        using var images = new ImageSet(pixels, torch.tensor(new long[] { 1, 0, 0, 1 })[torch.TensorIndex.Slice(null, null, 2)], ["a", "b"]);
        var view = _ml.Data.LoadFromImageSet(images);
        Assert.Equal([0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11], view.GetColumn<float[]>("Pixels").SelectMany(row => row).Select(pixel => (int)MathF.Round(255 * pixel)));
        Assert.Equal([2u, 1u], view.GetColumn<uint>("Label"));
    }

    [Fact]
    public void Chosen_classes_have_keys_in_the_specified_order()
    {
        var view = _ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, Sample, ["Bag", "Trouser"]);
        Assert.Equal(100, view.GetRowCount());
        Assert.Equal("Key<UInt32, 0-1>", $"{view.Schema["Label"].Type}");
        Assert.All(view.GetColumn<uint>("Label").Zip(view.GetColumn<string>("LabelText")), p => Assert.Equal(p.First == 1 ? "Bag" : "Trouser", p.Second));
    }

    [Fact]
    public void A_shuffled_cursor_serves_every_row_once_with_its_id()
    {
        var view = _ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, Sample);
        List<(DataViewRowId, uint)> Read(Random? random)
        {
            using var cursor = view.GetRowCursor(view.Schema, random);
            var (getId, getLabel) = (cursor.GetIdGetter(), cursor.GetGetter<uint>(view.Schema["Label"]));
            var rows = new List<(DataViewRowId, uint)>();
            var (id, label) = (default(DataViewRowId), 0u);
            while (cursor.MoveNext())
            {
                getId(ref id);
                getLabel(ref label);
                rows.Add((id, label));
            }
            return rows;
        }

        var (ordered, shuffled) = (Read(null), Read(new Random(1)));
        Assert.NotEqual(ordered, shuffled);
        Assert.Equal(ordered.ToHashSet(), shuffled.ToHashSet());
        Assert.Equal(500, shuffled.Distinct().Count());
        Assert.Equal(shuffled, Read(new Random(1)));
    }

    [Fact]
    public void Unknown_classes_and_folders_are_refused()
    {
        Assert.Throws<ArgumentException>(() => _ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, Sample, ["Hat"]));
        Assert.Throws<DirectoryNotFoundException>(() => _ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, Path.Combine(Sample, "nowhere")));
    }
}
