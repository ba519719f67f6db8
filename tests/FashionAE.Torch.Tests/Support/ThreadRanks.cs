using System.Numerics;

namespace FashionAE.Torch.Tests.Support;

/// <summary>Ranks that are threads of this process, and sum in the order of their numbers. If one fails, all fail.</summary>
internal sealed class ThreadRanks(int size) : IDisposable
{
    private readonly Barrier _barrier = new(size);
    private readonly CancellationTokenSource _failed = new();
    private readonly Array[] _values = new Array[size];

    /// <summary>Runs a function on every rank.</summary>
    /// <returns>The result of each rank.</returns>
    /// <exception cref="AggregateException">The exceptions of the ranks that failed first.</exception>
    public static T[] Run<T>(int size, Func<IGradientExchange, T> work)
    {
        using var ranks = new ThreadRanks(size);
        var (results, errors) = (new T[size], new List<Exception>());
        var threads = Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = work(new Exchange(ranks, rank, size));
            }
            catch (Exception e)
            {
                ranks._failed.Cancel();
                if (e is not OperationCanceledException)
                    lock (errors)
                        errors.Add(e);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return errors.Count == 0 ? results : throw new AggregateException(errors);
    }

    public void Dispose()
    {
        _barrier.Dispose();
        _failed.Dispose();
    }

    private sealed class Exchange(ThreadRanks ranks, int rank, int size) : IGradientExchange
    {
        public int Rank => rank;

        public int Size => size;

        public void Sum(Span<float> values) => Combine(values, Add);

        public void Sum(Span<double> values) => Combine(values, Add);

        public void Broadcast(Span<byte> values) => Combine(values, _ => { });

        public void Barrier() => ranks._barrier.SignalAndWait(ranks._failed.Token);

        private static void Add<T>(T[][] all)
            where T : INumber<T>
        {
            for (var i = 0; i < all[0].Length; i++)
                for (var other = 1; other < all.Length; other++)
                    all[0][i] += all[other][i];
        }

        /// <summary>Combines all arrays into that of the first rank, and copies the result to all.</summary>
        private void Combine<T>(Span<T> values, Action<T[][]> combine)
        {
            ranks._values[rank] = values.ToArray();
            Barrier();
            var all = Array.ConvertAll(ranks._values, one => (T[])one);
            Assert.Single(all.Select(one => one.Length).Distinct());
            if (rank == 0)
                combine(all);
            Barrier();
            all[0].CopyTo(values);
            Barrier();
        }
    }
}
