using System.Runtime.InteropServices;
using System.Text.Json;
using static TorchSharp.torch;

namespace FashionAE.Cli;

/// <summary>The ranks that mpirun started for one command. Rank 0 prints and writes the files.</summary>
internal static class MpiJob
{
    private static MpiExchange? _exchange;

    /// <summary>Gets the rank of this process for error messages; empty for rank 0.</summary>
    public static string Label => IsFirst ? "" : $" (rank {_exchange!.Rank})";

    /// <summary>Gets a value indicating whether this process is rank 0 or runs without mpirun.</summary>
    public static bool IsFirst => _exchange is not { Rank: > 0 };
    public static int Size => _exchange?.Size ?? 1;

    /// <summary>Joins the other ranks. The ranks of one machine share its threads and GPUs.</summary>
    /// <returns>The connection to the other ranks; null if mpirun did not start this process.</returns>
    public static MpiExchange? Join()
    {
        if (!MpiExchange.IsLaunched)
            return null;
        // Open MPI always attaches a terminal, and .NET would send it a control sequence.
        Environment.SetEnvironmentVariable("TERM", "dumb");
        _exchange = MpiExchange.World();
        if (!IsFirst)
            Console.SetOut(TextWriter.Null);
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is null)
            set_num_threads(_exchange.Threads);
        return _exchange;
    }

    /// <summary>Resolves the device. Without the number of a GPU, distributes the ranks of a machine over its GPUs.</summary>
    public static Device Resolve(string device)
    {
        var resolved = ComputeDevice.Resolve(device);
        return _exchange is null || device is not ("cuda" or "auto") || resolved.type != TorchSharp.DeviceType.CUDA
            ? resolved
            : ComputeDevice.Resolve($"cuda:{_exchange.LocalRank % cuda.device_count()}");
    }

    /// <summary>Creates a value on rank 0 and returns it on all ranks.</summary>
    public static T Broadcast<T>(Func<T> make)
    {
        if (Size == 1)
            return make();
        var bytes = IsFirst ? JsonSerializer.SerializeToUtf8Bytes(make()) : [];
        var length = bytes.Length;
        _exchange!.Broadcast(MemoryMarshal.AsBytes(new Span<int>(ref length)));
        Array.Resize(ref bytes, length);
        _exchange.Broadcast(bytes);
        return JsonSerializer.Deserialize<T>(bytes)!;
    }

    /// <summary>Runs work on one rank of every machine first, then on the other ranks of that machine.</summary>
    public static T FirstOnEveryMachine<T>(Func<T> work)
    {
        if (_exchange is { LocalRank: > 0 })
            _exchange.Barrier();
        var result = work();
        if (_exchange is { LocalRank: 0 })
            _exchange.Barrier();
        return result;
    }

    /// <summary>Waits for the other ranks: mpirun may stop ranks that still run when another one ends.</summary>
    public static void Complete() => _exchange?.Complete();
}
