using System.Runtime.InteropServices;

namespace FashionAE.Torch;

/// <summary>
/// The functions of the MPI standard that are used, of the library that is installed. Open MPI's handles are addresses of symbols; those of
/// MPICH, and of what is compatible with it, such as Intel MPI, are numbers that the MPICH ABI fixes.
/// </summary>
internal sealed partial class MpiLibrary
{
    private const string Name = "mpi";

    /// <summary>Set by Open MPI's mpirun for each rank, to how many there are; likewise by that of MPICH, and by Slurm.</summary>
    private const string OpenMpiSize = "OMPI_COMM_WORLD_SIZE";
    private const string PmiSize = "PMI_SIZE";
    private const string PmixRank = "PMIX_RANK";

    private static readonly string[] OpenMpiFiles = ["libmpi.so.40", "libmpi.40.dylib"];
    private static readonly string[] MpichFiles = ["libmpich.so.12", "libmpi.so.12", "libmpi.12.dylib"];

    private static readonly Lazy<MpiLibrary> Loaded = new(() => Load(Candidates()));

    private MpiLibrary(nint library)
    {
        nint Symbol(string name) => NativeLibrary.GetExport(library, name);
        Handle = library;
        IsOpenMpi = NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out var world);
        if (IsOpenMpi)
        {
            (World, Byte, Float, Double, SumOperation) = (world, Symbol("ompi_mpi_byte"), Symbol("ompi_mpi_float"), Symbol("ompi_mpi_double"), Symbol("ompi_mpi_op_sum"));
            (InPlace, ErrorsReturn, NoInfo, SharedMemory) = (1, Symbol("ompi_mpi_errors_return"), Symbol("ompi_mpi_info_null"), 0);
        }
        else
        {
            (World, Byte, Float, Double, SumOperation) = (0x44000000, 0x4c00010d, 0x4c00040a, 0x4c00080b, 0x58000003);
            (InPlace, ErrorsReturn, NoInfo, SharedMemory) = (-1, 0x54000001, 0x1c000000, 1);
        }
    }

    /// <summary>Gets a value indicating whether a launcher of MPI has started this process.</summary>
    public static bool IsLaunched => new[] { OpenMpiSize, PmiSize, PmixRank }.Any(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 });

    /// <summary>Gets how many ranks the launcher says that there are; null where it does not.</summary>
    public static int? LaunchedSize =>
        int.TryParse(Environment.GetEnvironmentVariable(OpenMpiSize) ?? Environment.GetEnvironmentVariable(PmiSize), out var size) ? size : null;

    /// <summary>Gets the library; it is loaded when it is first asked for.</summary>
    /// <exception cref="DllNotFoundException">There is none.</exception>
    public static MpiLibrary Instance => Loaded.Value;

    public bool IsOpenMpi { get; }

    public nint World { get; }

    public nint Byte { get; }

    public nint Float { get; }

    public nint Double { get; }

    public nint SumOperation { get; }

    public nint InPlace { get; }

    public nint ErrorsReturn { get; }

    public nint NoInfo { get; }

    public int SharedMemory { get; }

    private nint Handle { get; }

    /// <summary>Turns a function's result into an exception where it is an error.</summary>
    /// <exception cref="IOException">It is one; the message has MPI's text.</exception>
    public static void Check(int result, string function)
    {
        if (result == 0)
            return;
        var text = new byte[1024];
        var message = ErrorString(result, ref text[0], out var length) == 0 ? System.Text.Encoding.UTF8.GetString(text, 0, length) : $"error {result}";
        throw new IOException($"{function} of MPI failed: {message}");
    }

    [LibraryImport(Name, EntryPoint = "MPI_Initialized")]
    public static partial int Initialized(out int flag);

    [LibraryImport(Name, EntryPoint = "MPI_Init_thread")]
    public static partial int InitThread(nint argc, nint argv, int required, out int provided);

    [LibraryImport(Name, EntryPoint = "MPI_Query_thread")]
    public static partial int QueryThread(out int provided);

    [LibraryImport(Name, EntryPoint = "MPI_Finalize")]
    public static partial int End();

    [LibraryImport(Name, EntryPoint = "MPI_Abort")]
    public static partial int Abort(nint communicator, int code);

    [LibraryImport(Name, EntryPoint = "MPI_Comm_set_errhandler")]
    public static partial int SetErrorHandler(nint communicator, nint handler);

    [LibraryImport(Name, EntryPoint = "MPI_Comm_rank")]
    public static partial int Rank(nint communicator, out int rank);

    [LibraryImport(Name, EntryPoint = "MPI_Comm_size")]
    public static partial int Size(nint communicator, out int size);

    [LibraryImport(Name, EntryPoint = "MPI_Comm_split_type")]
    public static partial int SplitType(nint communicator, int type, int key, nint info, out nint part);

    [LibraryImport(Name, EntryPoint = "MPI_Allreduce")]
    public static partial int AllReduce(nint send, ref byte receive, int count, nint type, nint operation, nint communicator);

    [LibraryImport(Name, EntryPoint = "MPI_Bcast")]
    public static partial int Broadcast(ref byte values, int count, nint type, int root, nint communicator);

    [LibraryImport(Name, EntryPoint = "MPI_Barrier")]
    public static partial int Barrier(nint communicator);

    [LibraryImport(Name, EntryPoint = "MPI_Error_string")]
    private static partial int ErrorString(int code, ref byte text, out int length);

    /// <summary>Loads the first of some libraries that is there.</summary>
    /// <exception cref="DllNotFoundException">None is.</exception>
    internal static MpiLibrary Load(IEnumerable<string> files)
    {
        foreach (var file in files)
            if (NativeLibrary.TryLoad(file, out var library))
            {
                var loaded = new MpiLibrary(library);
                NativeLibrary.SetDllImportResolver(typeof(MpiLibrary).Assembly, (name, _, _) => name == Name ? loaded.Handle : 0);
                return loaded;
            }
        throw new DllNotFoundException(
            "MPI is not installed: install Open MPI 4 or 5 (Debian and Ubuntu: apt-get install openmpi-bin) or MPICH (apt-get install mpich), on every machine that shall train.");
    }

    /// <summary>A rank needs the library of the launcher that has started it; both may be installed.</summary>
    private static IEnumerable<string> Candidates() =>
        Environment.GetEnvironmentVariable(OpenMpiSize) is not null || Environment.GetEnvironmentVariable(PmiSize) is null
            ? OpenMpiFiles.Concat(MpichFiles)
            : MpichFiles.Concat(OpenMpiFiles);
}
