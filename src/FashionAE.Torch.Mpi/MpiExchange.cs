using System.Runtime.CompilerServices;

namespace FashionAE.Torch;

/// <summary>
/// The processes that mpirun, or another launcher of MPI, has started together, as a <see cref="TrainingOptions.Exchange"/>: every one of
/// them runs the same program. Open MPI and MPICH, and what has MPICH's binary interface, are found on Linux and macOS.
/// </summary>
/// <remarks>
/// MPI ends with the process. One that exits with a code other than 0, as an unhandled exception makes it, ends all others, which would
/// wait for it for ever: by MPI_Abort, or, where it was killed, by its launcher.
/// </remarks>
public sealed class MpiExchange : IGradientExchange
{
    // Of the standard; MPICH and Open MPI have the same numbers.
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
        // A program may have started MPI for other work of its own; then it ends it, too.
        MpiLibrary.Check(MpiLibrary.Initialized(out var isInitialized), "MPI_Initialized");
        _isOurs = isInitialized == 0;
        int level;
        if (_isOurs)
            // Only one thread at a time calls, but not always the same: after an await, or when the process exits.
            MpiLibrary.Check(MpiLibrary.InitThread(0, 0, Serialized, out level), "MPI_Init_thread");
        else
            MpiLibrary.Check(MpiLibrary.QueryThread(out level), "MPI_Query_thread");
        if (level < Funneled)
            throw new InvalidOperationException(
                "This MPI works in programs of one thread only; .NET has several. Install one that has MPI_THREAD_FUNNELED.");
        _onlyThread = level < Serialized ? Thread.CurrentThread : null;
        if (_isOurs)
            AppDomain.CurrentDomain.ProcessExit += (_, _) => End(Environment.ExitCode);

        MpiLibrary.Check(MpiLibrary.SetErrorHandler(mpi.World, mpi.ErrorsReturn), "MPI_Comm_set_errhandler");
        (Rank, Size) = PlaceIn(mpi.World);
        if (MpiLibrary.LaunchedSize is { } launched && launched != Size)
            throw new InvalidOperationException(
                $"The launcher started {launched} ranks, but this MPI, {(mpi.IsOpenMpi ? "Open MPI" : "MPICH or one like it")}, "
                + $"sees {Size}: use the mpirun that belongs to it, or install the MPI of that launcher.");
        MpiLibrary.Check(MpiLibrary.SplitType(mpi.World, mpi.SharedMemory, 0, mpi.NoInfo, out _host), "MPI_Comm_split_type");
        (LocalRank, LocalSize) = PlaceIn(_host);
        Threads = FairThreads();
    }

    /// <summary>
    /// Gets a value indicating whether mpirun, or another launcher of MPI, has started this process, so that it is one of several. MPI is
    /// not loaded to tell.
    /// </summary>
    public static bool IsLaunched => MpiLibrary.IsLaunched;

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <summary>Gets the number of this process among those on its machine, from 0; the GPU to take is that of this number.</summary>
    public int LocalRank { get; }

    /// <summary>Gets the number of processes on this machine, 1 or more.</summary>
    public int LocalSize { get; }

    /// <summary>
    /// Gets how many threads this process may compute with, 1 or more, so that the processes of a machine share its cores: for
    /// <c>torch.set_num_threads</c>. Where the launcher gave it cores of its own, they are those.
    /// </summary>
    public int Threads { get; }

    /// <summary>Joins the processes that were started together, or this one alone; the first call loads and starts MPI.</summary>
    /// <returns>The exchange, always the same one.</returns>
    /// <exception cref="DllNotFoundException">No MPI is installed.</exception>
    /// <exception cref="InvalidOperationException">The launcher is of another MPI, or this one knows no threads.</exception>
    /// <exception cref="IOException">MPI could not be started; the message has its text.</exception>
    public static MpiExchange World() => TheWorld.Value;

    /// <inheritdoc/>
    /// <exception cref="IOException">MPI failed; the message has its text.</exception>
    /// <exception cref="InvalidOperationException">MPI has ended, or is bound to another thread.</exception>
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
    /// Waits for all ranks and ends MPI, as the end of a process with exit code 0 does. Call it on every rank before they exit in order
    /// with another code, which would else end the others at once. A second call does nothing.
    /// </summary>
    /// <exception cref="IOException">MPI failed; the message has its text.</exception>
    public void Complete()
    {
        if (_isOver)
            return;
        // MPI_Finalize waits for the others in some MPIs only.
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
            _ = MpiLibrary.End();
            return;
        }
        // What the launcher says of it gets lost at times.
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
            throw new InvalidOperationException("MPI has ended: exchange nothing after Complete.");
        if (_onlyThread is not null && _onlyThread != Thread.CurrentThread)
            throw new InvalidOperationException(
                "This MPI is bound to the thread that first called MpiExchange.World(): train on that thread.");
    }

    private static (int Rank, int Size) PlaceIn(nint communicator)
    {
        MpiLibrary.Check(MpiLibrary.Rank(communicator, out var rank), "MPI_Comm_rank");
        MpiLibrary.Check(MpiLibrary.Size(communicator, out var size), "MPI_Comm_size");
        return (rank, size);
    }

    /// <summary>A core that several processes may run on counts for each of them in part.</summary>
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

    /// <summary>Reads lists such as 0-3,8; none where the system has no such file.</summary>
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
