using System.Runtime.CompilerServices;
using TorchSharp.Modules;

namespace Offline.TorchSharp.Tests;

public sealed class MemoryTests : IDisposable
{
    private const double Megabyte = 1 << 20;
    private readonly int _threads = get_num_threads();

    [Fact]
    public void Training_in_scopes_does_not_grow()
    {
        using var model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(8, 4), nn.BatchNorm1d(4), nn.ReLU());
        using var optimizer = optim.Adam(model.parameters());
        // Threads would only wait for each other.
        set_num_threads(1);
        Train(model, optimizer, 1_000);
        var sizes = new List<long> { Resident() };
        for (var round = 0; round < 3; round++)
        {
            Train(model, optimizer, 3_000);
            sizes.Add(Resident());
        }

        // A leak grows in every round; heaps that take another block for themselves do not. The smallest tensor takes 400 bytes.
        var growth = sizes.Zip(sizes.Skip(1), (before, after) => after - before).Min();
        Assert.True(growth < Megabyte, $"Every 3,000 steps take {growth / Megabyte:f1} MB: {string.Join(", ", sizes)}.");
    }

    [Fact]
    public void Tensors_that_are_dropped_are_freed_by_their_finalizers()
    {
        Drop(100);
        var before = Resident();
        var most = 0L;
        for (var round = 0; round < 100; round++)
        {
            Drop(100);
            most = Math.Max(most, Resident() - before);
        }
        Assert.True(most < 100 * Megabyte, $"{most / Megabyte:f1} MB held of the 1,000 MB that were dropped.");
    }

    public void Dispose() => set_num_threads(_threads);

    private static void Train(Sequential model, Adam optimizer, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var images = rand([8, 1, 4, 4]);
            var target = images.mean([2, 3]).expand(8, 4);
            optimizer.zero_grad();
            var loss = nn.functional.mse_loss(model.call(images), target);
            loss.backward();
            nn.utils.clip_grad_norm_(model.parameters(), 0.5);
            optimizer.step();
            _ = loss.item<float>();
        }
    }

    // Not inlined, so that no local of the caller keeps a tensor alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(int count)
    {
        for (var i = 0; i < count; i++)
            _ = ones([25_000]);
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Environment.WorkingSet;
    }
}
