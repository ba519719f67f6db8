using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Cli.Commands;

/// <summary>The processes that mpirun has started together, which do one command together. The first of them prints, and writes the files.</summary>
internal static class MpiJob
{
    private static MpiExchange? _exchange;

    /// <summary>Gets which process an error is of, where that is not clear.</summary>
    public static string Label => _exchange is { Rank: > 0 } ? $" (rank {_exchange.Rank})" : "";

    /// <summary>Joins the others. Threads and, where there are several, GPUs are shared with those on the same machine.</summary>
    /// <returns>What joins them; null for a process that was started alone.</returns>
    public static MpiExchange? Join()
    {
        if (!MpiExchange.IsLaunched)
            return null;
        // Open MPI gives it a terminal wherever its output goes, and .NET would send that a control sequence.
        Environment.SetEnvironmentVariable("TERM", "dumb");
        _exchange = MpiExchange.World();
        if (_exchange.Rank > 0)
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
