using System.Runtime.InteropServices;
using System.Text.Json;
using static TorchSharp.torch;

namespace FashionAE.Cli;

/// <summary>The processes that mpirun has started together to do one command. The first of them prints, and writes the files.</summary>
internal static class MpiJob
{
    private static MpiExchange? _exchange;

    /// <summary>Gets which process an error is of, where that is not clear.</summary>
    public static string Label => IsFirst ? "" : $" (rank {_exchange!.Rank})";

    /// <summary>Gets a value indicating whether this process is the first, or alone.</summary>
    public static bool IsFirst => _exchange is not { Rank: > 0 };
    public static int Size => _exchange?.Size ?? 1;

    /// <summary>Joins the others. Threads and, where there are several, GPUs are shared with those on the same machine.</summary>
    /// <returns>What joins them; null for a process that was started alone.</returns>
    public static MpiExchange? Join()
    {
        if (!MpiExchange.IsLaunched)
            return null;
        // Open MPI gives it a terminal wherever its output goes, and .NET would send that a control sequence.
        Environment.SetEnvironmentVariable("TERM", "dumb");
        _exchange = MpiExchange.World();
        if (!IsFirst)
            Console.SetOut(TextWriter.Null);
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is null)
            set_num_threads(_exchange.Threads);
        return _exchange;
    }

    /// <summary>The GPU of this process among those of its machine where the user named none.</summary>
    public static Device Resolve(string device)
    {
        var resolved = ComputeDevice.Resolve(device);
        return _exchange is null || device is not ("cuda" or "auto") || resolved.type != TorchSharp.DeviceType.CUDA
            ? resolved
            : ComputeDevice.Resolve($"cuda:{_exchange.LocalRank % cuda.device_count()}");
    }

    /// <summary>Gives all processes what the first one makes.</summary>
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

    /// <summary>Does what one process of every machine has to do before the others of that machine do it, too.</summary>
    public static T FirstOnEveryMachine<T>(Func<T> work)
    {
        if (_exchange is { LocalRank: > 0 })
            _exchange.Barrier();
        var result = work();
        if (_exchange is { LocalRank: 0 })
            _exchange.Barrier();
        return result;
    }

    /// <summary>Waits for the others, so that none is ended by another that is done before it.</summary>
    public static void Complete() => _exchange?.Complete();
}
