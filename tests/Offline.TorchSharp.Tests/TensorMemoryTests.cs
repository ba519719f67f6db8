using System.Runtime.InteropServices;

namespace Offline.TorchSharp.Tests;

public class TensorMemoryTests
{
    [Fact]
    public void Bytes_are_the_elements_in_row_major_order()
    {
        float[] array = [1, -2.5f, float.NaN, 4, 5, 6];
        var tensor = torch.tensor(array).reshape(2, 3);
        Assert.Equal(MemoryMarshal.AsBytes<float>(array).ToArray(), tensor.bytes.ToArray());
    }

    [Fact]
    public void What_is_written_to_bytes_is_in_the_tensor()
    {
        var tensor = zeros([3], int64);
        MemoryMarshal.Cast<byte, long>(tensor.bytes)[1] = 42;
        Numbers.Equal(new[] { 0, 42, 0 }, tensor, 0);

        tensor.bytes = MemoryMarshal.AsBytes((Span<long>)[7, 8, 9]);
        Numbers.Equal(new[] { 7, 8, 9 }, tensor, 0);
    }

    [Fact]
    public void Bytes_of_another_length_cannot_be_assigned()
    {
        var tensor = ones([3]);
        Assert.Throws<ArgumentException>(() => tensor.bytes = new byte[8]);
        Assert.Throws<ArgumentException>(() => tensor.bytes = new byte[16]);
        Numbers.Equal(new[] { 1, 1, 1 }, tensor, 0);
    }

    [Fact]
    public void Data_is_read_and_written_through_its_accessor()
    {
        var tensor = torch.tensor(new[] { 1.0, 2, 3 });
        using var data = tensor.data<double>();
        Assert.Equal(3, data.Count);
        Assert.Equal([1, 2, 3], data.ToArray());

        data.CopyFrom([8, 9], tensorIndex: 1);
        Numbers.Equal(new[] { 1, 8, 9 }, tensor, 0);
        data.CopyFrom([5, 6, 7], arrayIndex: 2);
        Numbers.Equal(new[] { 7, 8, 9 }, tensor, 0);

        var target = new double[5];
        data.CopyTo(target, 1);
        Assert.Equal([0, 7, 8, 9, 0], target);
        data.CopyTo(target.AsSpan(0, 1), tensorIndex: 2);
        Assert.Equal([9, 7, 8, 9, 0], target);
    }

    [Fact]
    public void Data_can_be_read_of_every_type_that_an_array_can_have()
    {
        Assert.Equal([1, 255], torch.tensor(new byte[] { 1, 255 }).data<byte>().ToArray());
        Assert.Equal([-1, 2], from_array(new[] { -1, 2 }).data<int>().ToArray());
        Assert.Equal([long.MaxValue], torch.tensor(new[] { long.MaxValue }).data<long>().ToArray());
        Assert.Equal([0.1f], torch.tensor(new[] { 0.1f }).data<float>().ToArray());
        Assert.Equal([true, false], from_array(new[] { true, false }).data<bool>().ToArray());
    }

    [Fact]
    public void Data_cannot_be_read_as_a_type_of_another_size()
    {
        Assert.Throws<ArgumentException>(() => zeros([2]).data<double>());
        Assert.Throws<ArgumentException>(() => zeros([2], int64).data<int>());
    }

    [Fact]
    public void Data_cannot_be_read_as_another_type_of_the_same_size()
    {
        Assert.Throws<ArgumentException>(() => zeros([2]).data<int>());
        Assert.Throws<ArgumentException>(() => zeros([2], int64).data<double>());
        Assert.Throws<ArgumentException>(() => zeros([1], int64).item<double>());
    }

    [Fact]
    public void An_item_is_the_only_element_whatever_the_number_of_dimensions()
    {
        Assert.Equal(2.5f, torch.tensor(new[] { 2.5f }).item<float>());
        Assert.Equal(-3, full([1, 1, 1], -3, int64).item<long>());
        Assert.Equal(0.1, full([], 0.1, float64).item<double>());
        Assert.True(zeros([1]).eq(0).item<bool>());
    }

    [Fact]
    public void An_item_of_a_tensor_that_needs_a_gradient_can_be_read()
    {
        var tensor = full([], 3.0, float64, requires_grad: true);
        Assert.Equal(9, tensor.square().item<double>());
    }

    [Fact]
    public void A_tensor_of_several_elements_or_of_none_has_no_item()
    {
        Assert.Throws<ArgumentException>(() => zeros([2]).item<float>());
        Assert.Throws<ArgumentException>(() => zeros([0]).item<float>());
    }

    [Fact]
    public void An_item_has_one_type() => Assert.Throws<ArgumentException>(() => zeros([1]).item<double>());

    [Fact]
    public void Memory_that_is_not_contiguous_is_not_given_out()
    {
        var turned = from_array(new float[2, 3]).T;
        Assert.False(turned.is_contiguous());
        Assert.Throws<InvalidOperationException>(() => turned.bytes.Length);
        Assert.Throws<InvalidOperationException>(() => turned.data<float>());
        Assert.Equal(24, turned.contiguous().bytes.Length);
    }

    [Fact]
    public void Memory_that_is_not_on_the_cpu_is_not_given_out()
    {
        var elsewhere = zeros([2], device: device("meta"));
        Assert.Throws<InvalidOperationException>(() => elsewhere.bytes.Length);
        Assert.Throws<InvalidOperationException>(() => elsewhere.data<float>());
    }

    [Fact]
    public void A_disposed_tensor_says_so()
    {
        var tensor = ones([1]);
        var data = tensor.data<float>();
        Assert.False(tensor.IsInvalid);
        tensor.Dispose();

        Assert.True(tensor.IsInvalid);
        Assert.Throws<InvalidOperationException>(() => tensor.shape);
        Assert.Throws<InvalidOperationException>(() => tensor.bytes.Length);
        Assert.Throws<InvalidOperationException>(() => tensor.data<float>());
        Assert.Throws<InvalidOperationException>(() => tensor.item<float>());
        Assert.Throws<InvalidOperationException>(() => tensor + 1);
        Assert.Throws<InvalidOperationException>(() => ones([1]).add_(tensor));
        Assert.Throws<InvalidOperationException>(() => cat([tensor]));
        Assert.Throws<InvalidOperationException>(() => tensor.backward());
        Assert.Throws<InvalidOperationException>(() => data.ToArray());
    }

    [Fact]
    public void A_tensor_can_be_disposed_twice()
    {
        var tensor = ones([1]);
        var alias = tensor.view(1);
        tensor.Dispose();
        tensor.Dispose();
        Numbers.Equal(new[] { 1 }, alias, 0);
    }

    [Fact]
    public void A_tensor_that_nothing_else_refers_to_lives_while_it_is_read()
    {
        using var done = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!done.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            for (var i = 1; i <= 100; i++)
                Assert.Equal([i, i], Read(i)[^2..]);
        }
        finally
        {
            done.Cancel();
            collector.Join();
        }

        // 10 MB, so that a collection falls into the copy.
        static float[] Read(int value) => full([2_500_000], value).data<float>().ToArray();
    }
}
