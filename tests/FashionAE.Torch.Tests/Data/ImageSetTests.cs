using System.Runtime.CompilerServices;
using FashionAE.Tests.Shared;
using FashionAE.Torch.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Data;

public class ImageSetTests
{
    private static readonly string[] Classes = ["ant", "bee", "cat"];

    [Fact]
    public void Bytes_become_numbers_in_the_unit_range()
    {
        using var set = Numbered(6);
        using var batch = set.Batch(2, 3);
        Assert.Equal(ScalarType.Float32, batch.dtype);
        Assert.Equal([3, 1, 1, 2], batch.shape);
        Assert.Equal(new[] { 2, 253, 3, 252, 4, 251 }.Select(value => (double)(value / 255f)), batch.Doubles());

        using var bytes = torch.tensor(new byte[] { 0, 255 });
        using var numbers = ImageSet.ToUnitRange(bytes);
        Assert.Equal([0, 1], numbers.Doubles());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_selection_has_the_images_in_the_specified_order(bool isOfTensors)
    {
        using var set = Numbered(6, isOfTensors);
        using var selected = set.Select([4, 0, 4]);
        Assert.Equal([4, 251, 0, 255, 4, 251], selected.Images.Bits());
        Assert.Equal([1, 0, 1], selected.Labels.data<long>().ToArray());
        Assert.Equal(Classes, selected.ClassNames);

        using var none = set.Select([]);
        Assert.Equal(0, none.Count);
        Assert.Equal([0, 1, 1, 2], none.Images.shape);

        foreach (var wrong in new[] { -1, 6, 1L << 32 })
            Assert.Contains($"{wrong}", Assert.Throws<ArgumentOutOfRangeException>(() => set.Select([0, wrong])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Selected_classes_get_consecutive_labels(bool isOfTensors)
    {
        using var set = Numbered(7, isOfTensors); // labels 0 1 2 0 1 2 0
        using var chosen = set.SelectClasses("cat", "ant");
        Assert.Equal(["cat", "ant"], chosen.ClassNames);
        Assert.Equal([0, 255, 2, 253, 3, 252, 5, 250, 6, 249], chosen.Images.Bits());
        Assert.Equal([1, 0, 1, 0, 1], chosen.Labels.data<long>().ToArray());
    }

    [Theory]
    [InlineData("T-shirt/top")]
    [InlineData("T-shirt")]
    public void The_first_class_of_the_data_set_is_found_by_its_former_name_too(string name)
    {
        using var images = SampleImages.First(60);
        using var chosen = images.SelectClasses("Bag", name);
        Assert.Equal(["Bag", "T-shirt/top"], chosen.ClassNames);
        Assert.Equal(images.Labels.data<long>().Count(label => label == 0), chosen.Labels.data<long>().Count(label => label == 1));
        Assert.Equal(0, FashionMnist.LabelOf(name));
    }

    [Fact]
    public void A_set_with_a_class_of_the_former_name_keeps_it()
    {
        using var set = new ImageSet(zeros([2, 1, 2, 2], uint8), tensor(new long[] { 0, 1 }), ["T-shirt/top", "T-shirt"]);
        using var chosen = set.SelectClasses("T-shirt");
        Assert.Equal(["T-shirt"], chosen.ClassNames);
        Assert.Equal(1, chosen.Count);
    }

    [Fact]
    public void Labels_are_found_by_exact_names()
    {
        // The table of the data set's README, https://github.com/zalandoresearch/fashion-mnist.
        string[] published = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];
        Assert.Equal(published, FashionMnist.ClassNames);
        Assert.Equal(Enumerable.Range(0, 10), published.Select(name => FashionMnist.LabelOf(name)!.Value));
        Assert.Null(FashionMnist.LabelOf("ankle boot"));
        Assert.Null(FashionMnist.LabelOf(""));
    }

    [Fact]
    public void An_unknown_class_is_reported_with_the_known_ones()
    {
        using var set = Numbered(3);
        var error = Assert.Throws<ArgumentException>(() => set.SelectClasses("ant", "dog"));
        Assert.Contains("'dog'", error.Message, StringComparison.Ordinal);
        Assert.Contains("ant, bee, cat", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("T-shirt/top", "T-shirt", "T-shirt/top")]
    [InlineData("Bag", "Bag", "Dress", "Bag")]
    public void A_class_that_is_specified_twice_is_refused(string twice, params string[] names)
    {
        using var images = SampleImages.First(60);
        var error = Assert.Throws<ArgumentException>(() => images.SelectClasses(names));
        Assert.Contains($"'{twice}' is specified twice", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_that_are_not_images_and_labels_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new ImageSet(zeros([2, 1, 2, 2]), zeros([2], int64), Classes));
        Assert.Throws<ArgumentException>(() => new ImageSet(zeros([2, 2, 2], uint8), zeros([2], int64), Classes));
        Assert.Throws<ArgumentException>(() => new ImageSet(zeros([2, 1, 2, 2], uint8), zeros([2]), Classes));
        Assert.Throws<ArgumentException>(() => new ImageSet(zeros([2, 1, 2, 2], uint8), zeros([2, 1], int64), Classes));
        Assert.Throws<ArgumentException>(() => new ImageSet(zeros([2, 1, 2, 2], uint8), zeros([3], int64), Classes));
        Assert.Throws<ArgumentException>(() => new ImageSet(zeros([2, 1, 2, 2], uint8), full([2], 3, int64), Classes));
        Assert.Throws<ArgumentException>(() => new ImageSet(zeros([2, 1, 2, 2], uint8), full([2], -1, int64), Classes));
    }

    [Theory]
    [InlineData("'ant' twice", "ant", "bee", "ant")]
    [InlineData("null at index 1", "ant", null, "cat")]
    public void Class_names_that_do_not_identify_a_class_are_refused(string problem, params string?[] names)
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ArgumentException>(() => new ImageSet(zeros([3, 1, 2, 2], uint8), tensor(new long[] { 0, 1, 2 }), names!));
        Assert.Equal("classNames", error.ParamName);
        Message.Says(error.Message, problem, "every class needs");
    }

    [Fact]
    public void Tensors_outside_the_CPU_are_refused_with_the_remedy()
    {
        using var scope = NewDisposeScope();
        // This device has no memory, and every libtorch has it.
        var images = Assert.Throws<ArgumentException>(() => new ImageSet(zeros([2, 1, 2, 2], uint8, META), zeros([2], int64), Classes));
        var labels = Assert.Throws<ArgumentException>(() => new ImageSet(zeros([2, 1, 2, 2], uint8), zeros([2], int64, META), Classes));
        Assert.Equal(("images", "labels"), (images.ParamName, labels.ParamName));
        Message.Says(images.Message, "must be on the CPU", "meta", "cpu()");
        Message.Says(labels.Message, "must be on the CPU", "meta", "cpu()");
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Int64)]
    public void Numbers_that_are_not_bytes_are_refused_and_do_not_change(ScalarType type)
    {
        using var values = torch.tensor(new[] { 0L, 51, 255 }, type);
        var error = Assert.Throws<ArgumentException>(() => ImageSet.ToUnitRange(values));
        Message.Says(error.Message, "uint8", $"{type}");
        Assert.Equal([0, 51, 255], values.Doubles());
    }

    [Theory]
    [InlineData(-1, 2, "start")]
    [InlineData(7, 0, "start")]
    [InlineData(0, -1, "count")]
    [InlineData(0, 7, "count")]
    [InlineData(4, 3, "count")]
    [InlineData(6, 1, "count")]
    [InlineData(1, int.MaxValue, "count")]
    public void A_batch_outside_the_set_is_refused(int start, int count, string parameter)
    {
        using var set = Numbered(6);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => set.Batch(start, count));
        Assert.Equal(parameter, error.ParamName);
        Message.Says(error.Message, "6 images");
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(6, 0)]
    [InlineData(0, 6)]
    [InlineData(5, 1)]
    public void A_batch_may_be_empty_or_end_with_the_set(int start, int count)
    {
        using var set = Numbered(6);
        using var batch = set.Batch(start, count);
        Assert.Equal([count, 1, 1, 2], batch.shape);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_set_outlives_the_scope_in_which_it_was_made(bool isOfTensors)
    {
        ImageSet set;
        using (NewDisposeScope())
        {
            set = Numbered(3, isOfTensors);
            Assert.Equal(3, set.Images.shape[0]);
        }
        using (set)
            Assert.Equal([0, 255, 1, 254, 2, 253], set.Images.Bits());
    }

    [Fact]
    public void Tensors_share_the_memory_of_arrays_and_keep_it()
    {
        var (array, view) = Shared();
        GC.Collect();
        Assert.True(array.IsAlive);
        using (view)
            Assert.Equal([7, 254, 2, 253], view.Bits());
        GC.Collect();
        Assert.False(array.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static (WeakReference Array, Tensor View) Shared()
        {
            using var set = Numbered(3, isOfTensors: false);
            set.Pixels[2] = 7;
            return (new WeakReference(set.Pixels), set.Images.narrow(0, 1, 2));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_set_that_was_disposed_says_so(bool isOfTensors)
    {
        var set = Numbered(3, isOfTensors);
        set.Dispose();
        set.Dispose();
        Assert.Throws<ObjectDisposedException>(() => set.Images);
        Assert.Throws<ObjectDisposedException>(() => set.Labels);
        Assert.Throws<ObjectDisposedException>(() => set.Select([0]));
        Assert.Throws<ObjectDisposedException>(() => set.SelectClasses("ant"));
    }

    [Fact]
    public void Threads_that_read_at_the_same_time_get_the_same_tensors()
    {
        for (var round = 0; round < 50; round++)
        {
            using var set = Numbered(3, isOfTensors: false);
            using var start = new Barrier(4);
            var seen = new Tensor[4];
            var threads = Enumerable.Range(0, 4).Select(i => new Thread(() =>
            {
                start.SignalAndWait();
                seen[i] = i % 2 == 0 ? set.Images : set.Labels;
            })).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());
            Assert.Same(seen[0], seen[2]);
            Assert.Same(seen[1], seen[3]);
        }
    }

    /// <summary>Returns images of two pixels: the image's number and its complement. The label is the number modulo 3.</summary>
    private static ImageSet Numbered(int count, bool isOfTensors = true)
    {
        var pixels = new byte[2 * count];
        for (var i = 0; i < count; i++)
            (pixels[2 * i], pixels[2 * i + 1]) = ((byte)i, (byte)(255 - i));
        var labels = Enumerable.Range(0, count).Select(i => i % 3L).ToArray();
        return isOfTensors
            ? new ImageSet(torch.tensor(pixels).reshape(count, 1, 1, 2), torch.tensor(labels), Classes)
            : new ImageSet(pixels, labels, Classes, new ImageShape(1, 1, 2));
    }
}
