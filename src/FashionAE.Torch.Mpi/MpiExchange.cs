using System.Runtime.CompilerServices;

namespace FashionAE.Torch;

/// <summary>
/// Connects the processes that mpirun or another MPI launcher started together, as a <see cref="TrainingOptions.Exchange"/>. All processes
/// run the same program. Open MPI, MPICH, and implementations with the binary interface of MPICH are supported, on Linux and macOS (tested
/// on Linux).
/// </summary>
/// <remarks>
/// MPI is finalized when the process exits. If a process exits with a code other than 0, for example because of an unhandled exception,
/// MPI_Abort ends all other processes, which would otherwise wait for it forever. If a process is killed, the launcher ends the others. If
/// the program initialized MPI itself, this class neither finalizes nor aborts MPI.
/// </remarks>
public sealed class MpiExchange : IGradientExchange
{
    // Constants of the MPI standard, with the values of MPICH and Open MPI.
    private const int Funneled = 1;
    private const int Serialized = 2;

    private static readonly Lazy<MpiExchange> TheWorld = new(() => new MpiExchange(MpiLibrary.Handles));

    private readonly MpiHandles _mpi;
    private readonly nint _host;
    private readonly Thread? _onlyThread;
    private readonly bool _isOurs;
    private bool _isOver;

    private MpiExchange(MpiHandles mpi)
    {
        _mpi = mpi;
        // The program may have initialized MPI itself for other work. Then it also finalizes MPI.
        MpiLibrary.Check(MpiLibrary.Initialized(out var isInitialized), "MPI_Initialized");
        _isOurs = isInitialized == 0;
        int level;
        if (_isOurs)
            // Only one thread calls MPI at a time, but it can be a different one after an await or when the process exits.
            MpiLibrary.Check(MpiLibrary.InitThread(0, 0, Serialized, out level), "MPI_Init_thread");
        else
            MpiLibrary.Check(MpiLibrary.QueryThread(out level), "MPI_Query_thread");
        if (level < Funneled)
            throw new InvalidOperationException(
                "This MPI only supports programs with one thread, but .NET uses several. Install one that supports MPI_THREAD_FUNNELED.");
        _onlyThread = level < Serialized ? Thread.CurrentThread : null;
        if (_isOurs)
            AppDomain.CurrentDomain.ProcessExit += (_, _) => End(Environment.ExitCode);

        MpiLibrary.Check(MpiLibrary.SetErrorHandler(mpi.World, mpi.ErrorsReturn), "MPI_Comm_set_errhandler");
        (Rank, Size) = PlaceIn(mpi.World);
        if (MpiLibrary.LaunchedSize is { } launched && launched != Size)
            throw new InvalidOperationException(
                $"The launcher started {launched} ranks, but this MPI ({(mpi.IsOpenMpi ? "Open MPI" : "MPICH or a compatible one")}) "
                + $"sees {Size}: use the mpirun of this MPI, or install the MPI of that launcher.");
        MpiLibrary.Check(MpiLibrary.SplitType(mpi.World, mpi.SharedMemory, 0, mpi.NoInfo, out _host), "MPI_Comm_split_type");
        (LocalRank, LocalSize) = PlaceIn(_host);
        Threads = FairThreads();
    }

    /// <summary>
    /// Gets a value indicating whether mpirun or another MPI launcher started this process. This property does not load MPI.
    /// </summary>
    public static bool IsLaunched => MpiLibrary.IsLaunched;

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <summary>Gets the number of this process among those on its machine, from 0. Use it as the index of the GPU.</summary>
    public int LocalRank { get; }

    /// <summary>Gets the number of processes on this machine, 1 or more.</summary>
    public int LocalSize { get; }

    /// <summary>
    /// Gets the number of threads that this process should use, 1 or more, so that the processes on a machine share its cores. Pass it to
    /// <c>torch.set_num_threads</c>. If the launcher assigned cores to this process alone, it is their number.
    /// </summary>
    public int Threads { get; }

    /// <summary>
    /// Connects the processes that were started together; a process started alone is one rank. The first call loads and initializes MPI.
    /// </summary>
    /// <returns>The exchange, which is the same instance in every call.</returns>
    /// <exception cref="DllNotFoundException">MPI is not installed.</exception>
    /// <exception cref="InvalidOperationException">The launcher belongs to another MPI, or this MPI does not support threads.</exception>
    /// <exception cref="IOException">MPI failed to initialize. The message contains its text.</exception>
    public static MpiExchange World() => TheWorld.Value;

    /// <inheritdoc/>
    /// <exception cref="IOException">MPI failed. The message contains its text.</exception>
    /// <exception cref="InvalidOperationException">MPI has ended, or can only be used on another thread.</exception>
    public void Sum(Span<float> values) => Sum(values, _mpi.Float, _mpi.World);

    /// <inheritdoc/>
    /// <inheritdoc cref="Sum(Span{float})" path="/exception"/>
    public void Sum(Span<double> values) => Sum(values, _mpi.Double, _mpi.World);

    /// <inheritdoc/>
    /// <inheritdoc cref="Sum(Span{float})" path="/exception"/>
    public void Broadcast(Span<byte> values)
    {
        CheckCall();
        if (values.Length > 0)
            MpiLibrary.Check(MpiLibrary.Broadcast(ref values[0], values.Length, _mpi.Byte, 0, _mpi.World), "MPI_Bcast");
    }

    /// <inheritdoc/>
    /// <inheritdoc cref="Sum(Span{float})" path="/exception"/>
    public void Barrier()
    {
        CheckCall();
        MpiLibrary.Check(MpiLibrary.Barrier(_mpi.World), "MPI_Barrier");
    }

    /// <summary>
    /// Waits for all ranks, and then finalizes MPI as the end of a process with exit code 0 does. Call it on every rank before exiting
    /// normally with another exit code. Otherwise that exit code would immediately end the other ranks. A second call has no effect.
    /// </summary>
    /// <exception cref="IOException">MPI failed. The message contains its text.</exception>
    /// <exception cref="InvalidOperationException">MPI can only be used on another thread.</exception>
    public void Complete()
    {
        if (_isOver)
            return;
        // MPI_Finalize does not wait for the other ranks in every implementation, and the exit code would end those that still compute.
        Barrier();
        _isOver = true;
        if (_isOurs)
            MpiLibrary.Check(MpiLibrary.End(), "MPI_Finalize");
    }

    private void End(int exitCode)
    {
        if (_isOver)
            return;
        _isOver = true;
        if (exitCode == 0)
        {
            // This exit code ends no other rank, so nothing has to wait. A barrier could hang, if another rank trains or has failed.
            _ = MpiLibrary.End();
            return;
        }
        // The launcher's own message is not always printed.
        if (Size > 1)
            Console.Error.WriteLine($"Rank {Rank} of {Size} ends with exit code {exitCode}, and all others with it.");
        _ = MpiLibrary.Abort(_mpi.World, exitCode);
    }

    private void Sum<T>(Span<T> values, nint type, nint communicator)
    {
        CheckCall();
        if (values.Length == 0)
            return;
        ref var first = ref Unsafe.As<T, byte>(ref values[0]);
        var result = MpiLibrary.AllReduce(_mpi.InPlace, ref first, values.Length, type, _mpi.SumOperation, communicator);
        MpiLibrary.Check(result, "MPI_Allreduce");
    }

    private void CheckCall()
    {
        if (_isOver)
            throw new InvalidOperationException("MPI has ended: do not exchange values after Complete.");
        if (_onlyThread is not null && _onlyThread != Thread.CurrentThread)
            throw new InvalidOperationException(
                "This MPI can only be used on the thread that first called MpiExchange.World(): train on that thread.");
    }

    private static (int Rank, int Size) PlaceIn(nint communicator)
    {
        MpiLibrary.Check(MpiLibrary.Rank(communicator, out var rank), "MPI_Comm_rank");
        MpiLibrary.Check(MpiLibrary.Size(communicator, out var size), "MPI_Comm_size");
        return (rank, size);
    }

    /// <summary>
    /// Returns the fair number of threads: the sum of this process's shares of its cores. A core that several processes can use counts in
    /// part for each.
    /// </summary>
    private int FairThreads()
    {
        var users = new double[4096];
        var own = CoresOfThisProcess().FindAll(core => core < users.Length);
        foreach (var core in own)
            users[core] = 1;
        Sum(users.AsSpan(), _mpi.Double, _host);
        var share = own.Count == 0 ? (double)Environment.ProcessorCount / LocalSize : own.Sum(core => 1 / users[core]);
        return Math.Clamp((int)Math.Round(share, MidpointRounding.ToZero), 1, Environment.ProcessorCount);
    }

    /// <summary>Returns the cores that this process can use, from a list such as 0-3,8 in /proc; empty if the list is missing.</summary>
    private static List<int> CoresOfThisProcess()
    {
        const string Status = "/proc/self/status";
        const string Key = "Cpus_allowed_list:";
        var lines = File.Exists(Status) ? File.ReadLines(Status) : [];
        var list = lines.FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal), Key)[Key.Length..].Trim();
        var cores = new List<int>();
        foreach (var range in list.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = Array.ConvertAll(range.Split('-'), int.Parse);
            cores.AddRange(Enumerable.Range(ends[0], ends[^1] - ends[0] + 1));
        }
        return cores;
    }
}
