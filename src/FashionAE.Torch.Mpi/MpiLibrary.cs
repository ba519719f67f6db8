using System.Runtime.InteropServices;

namespace FashionAE.Torch;

/// <summary>Declares the functions of the MPI standard that FashionAE uses, and loads the installed library.</summary>
internal static partial class MpiLibrary
{
    private const string Name = "mpi";

    /// <summary>The variable that Open MPI's mpirun sets to the number of ranks. MPICH's mpirun and Slurm set the two below.</summary>
    private const string OpenMpiSize = "OMPI_COMM_WORLD_SIZE";
    private const string PmiSize = "PMI_SIZE";
    private const string PmixRank = "PMIX_RANK";

    private static readonly string[] OpenMpiFiles = ["libmpi.so.40", "libmpi.40.dylib"];
    private static readonly string[] MpichFiles = ["libmpich.so.12", "libmpi.so.12", "libmpi.12.dylib"];

    private static readonly Lazy<MpiHandles> Loaded = new(() => Load(Candidates()));

    /// <summary>Gets a value indicating whether an MPI launcher started this process.</summary>
    public static bool IsLaunched =>
        new[] { OpenMpiSize, PmiSize, PmixRank }.Any(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 });

    /// <summary>Gets the number of ranks according to the launcher; null if the launcher does not report the number.</summary>
    public static int? LaunchedSize =>
        int.TryParse(Environment.GetEnvironmentVariable(OpenMpiSize) ?? Environment.GetEnvironmentVariable(PmiSize), out var size)
            ? size : null;

    /// <summary>Gets the handles of the library, which is loaded on first use.</summary>
    /// <exception cref="DllNotFoundException">MPI is not installed.</exception>
    public static MpiHandles Handles => Loaded.Value;

    /// <summary>Throws if the result of a function is an error.</summary>
    /// <exception cref="IOException">The result is an error. The message contains MPI's text.</exception>
    public static void Check(int result, string function)
    {
        if (result == 0)
            return;
        var text = new byte[1024];
        var isKnown = ErrorString(result, ref text[0], out var length) == 0;
        var message = isKnown ? System.Text.Encoding.UTF8.GetString(text, 0, length) : $"error {result}";
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

    /// <summary>Loads the first library that exists.</summary>
    /// <exception cref="DllNotFoundException">No library exists.</exception>
    internal static MpiHandles Load(IEnumerable<string> files)
    {
        foreach (var file in files)
            if (NativeLibrary.TryLoad(file, out var library))
            {
                NativeLibrary.SetDllImportResolver(typeof(MpiLibrary).Assembly, (name, _, _) => name == Name ? library : 0);
                return MpiHandles.Of(library);
            }
        throw new DllNotFoundException(
            "MPI is not installed: install Open MPI 4 or 5 (Debian and Ubuntu: apt-get install openmpi-bin) or MPICH "
            + "(apt-get install mpich) on every machine that trains.");
    }

    /// <summary>Returns the libraries to try. Both MPIs may be installed, and a rank needs that of its launcher.</summary>
    private static IEnumerable<string> Candidates() =>
        Environment.GetEnvironmentVariable(OpenMpiSize) is not null || Environment.GetEnvironmentVariable(PmiSize) is null
            ? OpenMpiFiles.Concat(MpichFiles)
            : MpichFiles.Concat(OpenMpiFiles);
}

/// <summary>
/// The handles that are passed to the functions. Open MPI's handles are addresses of symbols. Those of MPICH and compatible
/// implementations, such as Intel MPI, are numbers defined by the MPICH ABI.
/// </summary>
internal sealed record MpiHandles(
    bool IsOpenMpi, nint World, nint Byte, nint Float, nint Double, nint SumOperation, nint InPlace, nint ErrorsReturn, nint NoInfo,
    int SharedMemory)
{
    public static MpiHandles Of(nint library)
    {
        nint Symbol(string name) => NativeLibrary.GetExport(library, $"ompi_mpi_{name}");
        return NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out var world)
            ? new(
                IsOpenMpi: true, World: world, Byte: Symbol("byte"), Float: Symbol("float"), Double: Symbol("double"),
                SumOperation: Symbol("op_sum"), InPlace: 1, ErrorsReturn: Symbol("errors_return"), NoInfo: Symbol("info_null"),
                SharedMemory: 0)
            : new(
                IsOpenMpi: false, World: 0x44000000, Byte: 0x4c00010d, Float: 0x4c00040a, Double: 0x4c00080b,
                SumOperation: 0x58000003, InPlace: -1, ErrorsReturn: 0x54000001, NoInfo: 0x1c000000, SharedMemory: 1);
    }
}
