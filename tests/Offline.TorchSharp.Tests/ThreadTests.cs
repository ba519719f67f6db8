using System.Runtime.InteropServices;

namespace Offline.TorchSharp.Tests;

public sealed class ThreadTests : IDisposable
{
    private readonly int _before = get_num_threads();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_number_of_threads_is_the_one_that_was_set(int count)
    {
        set_num_threads(count);
        Assert.Equal(count, get_num_threads());
    }

    [Fact]
    public void A_thread_that_starts_afterwards_sees_the_number_too()
    {
        set_num_threads(3);
        var there = 0;
        var thread = new Thread(() => there = get_num_threads());
        thread.Start();
        thread.Join();
        Assert.Equal(3, there);
    }

    [Fact]
    public void There_is_at_least_one_thread()
    {
        Assert.True(_before >= 1);
        Assert.Throws<ExternalException>(() => set_num_threads(0));
        Assert.Equal(_before, get_num_threads());
    }

    [Fact]
    public void Several_threads_compute_at_once()
    {
        var input = from_array(Numbers.Draw(1, 30, 40));
        var expected = Numbers.Of(input.matmul(input.T));
        var failures = 0;
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                using var scope = NewDisposeScope();
                if (!Numbers.Of(input.matmul(input.T)).SequenceEqual(expected))
                    Interlocked.Increment(ref failures);
            }
        }))];
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.Equal(0, failures);
    }

    public void Dispose() => set_num_threads(_before);
}
