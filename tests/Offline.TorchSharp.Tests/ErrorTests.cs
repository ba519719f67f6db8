using System.Runtime.InteropServices;
using F = TorchSharp.torch.nn.functional;

namespace Offline.TorchSharp.Tests;

public class ErrorTests
{
    [Fact]
    public void A_failure_of_libtorch_arrives_as_an_exception_with_its_message()
    {
        var error = Assert.Throws<ExternalException>(() => zeros([2, 3]).matmul(zeros([2, 3])));
        Assert.Contains("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)", error.Message, StringComparison.Ordinal);
        // The frames of libtorch tell a user nothing.
        Assert.DoesNotContain("frame #", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_failure_all_goes_on()
    {
        for (var i = 0; i < 100; i++)
            Assert.Throws<ExternalException>(() => zeros([2]).add_(zeros([3])));
        Numbers.Equal(new[] { 2, 2 }, ones([2]) + ones([2]), 0);
    }

    [Fact]
    public void Each_thread_gets_the_message_of_its_own_failure()
    {
        var wrong = 0;
        Thread[] threads = [.. Enumerable.Range(2, 4).Select(rows => new Thread(() =>
        {
            for (var i = 0; i < 200; i++)
            {
                var error = Record.Exception(() => zeros([rows, 7]).matmul(zeros([rows, 7])));
                if (error?.Message.Contains($"({rows}x7 and {rows}x7)", StringComparison.Ordinal) != true)
                    Interlocked.Increment(ref wrong);
            }
        }))];
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void A_failure_in_the_backward_pass_arrives_too()
    {
        var x = ones([2], requires_grad: true);
        var y = F.sigmoid(x);
        // The backward pass needs the result of the sigmoid, which is no longer there.
        using (no_grad())
            y.zero_();
        var error = Assert.Throws<ExternalException>(() => y.sum().backward());
        Assert.Contains("modified by an inplace operation", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Impossible_shapes_and_types_fail()
    {
        Assert.Throws<ExternalException>(() => zeros([-1]));
        Assert.Throws<ExternalException>(() => zeros([6]).view(4));
        Assert.Throws<ExternalException>(() => zeros([2, 2]).squeeze(5));
        Assert.Throws<ExternalException>(() => zeros([2]).matmul(zeros([2], int64)));
        Assert.Throws<ExternalException>(() => F.cross_entropy(zeros([1, 3]), tensor(new[] { 3L })));
        Assert.Throws<ExternalException>(() => stack([]));
        Assert.Throws<ExternalException>(() => cat([]));
    }

    [Fact]
    public void An_impossible_size_of_memory_fails() => Assert.Throws<ExternalException>(() => empty([1L << 60]));
}
