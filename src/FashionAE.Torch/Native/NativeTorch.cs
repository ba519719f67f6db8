using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Microsoft.Win32.SafeHandles;
using TorchSharp;

namespace FashionAE.Torch;

/// <summary>
/// Loads the native libraries of TorchSharp: libtorch and its binding, LibTorchSharp. If that fails, the exception explains in one sentence
/// what is wrong. On Linux, a program without a libtorch package can use the libtorch in the directory that FASHIONAE_LIBTORCH specifies,
/// such as torch/lib of an installed PyTorch. A libtorch that the system's loader finds otherwise (in a system directory or
/// LD_LIBRARY_PATH) has an unknown version. It is used only if TorchSharp has loaded it already.
/// </summary>
public static partial class NativeTorch
{
    private const string Binding = "LibTorchSharp";
    private const string BindingFile = "libLibTorchSharp.so";
    private const string FolderVariable = "FASHIONAE_LIBTORCH";
    private const int BindNow = 2;
    private const int OnlyIfLoaded = 1 /* lazy */ | 4;

    private static readonly string[] Libraries = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];
    private static readonly Lock Gate = new();
    private static readonly Assembly TorchSharpAssembly = typeof(torch).Assembly;
    private static readonly string TorchSharpName = $"TorchSharp {TorchSharpAssembly.GetName().Version?.ToString(3)}";
    private static nint _repaired;
    private static string? _refusal;
    private static volatile bool _ready;

    /// <summary>Gets a description of the changes that were needed to load LibTorchSharp; null if there were no changes.</summary>
    public static string? Repair { get; private set; }

    /// <summary>
    /// Gets a description of what happens to memory that libtorch frees: glibc keeps it for the next pass, returns it to the system, or
    /// follows a setting in the environment. Read this property after <see cref="EnsureLoaded"/>.
    /// </summary>
    public static string Memory => FreedMemory.Description;

    /// <summary>Gets the folder of a libtorch outside the program; null if none is specified.</summary>
    private static string? Folder => Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? folder : null;

    /// <summary>
    /// Loads libtorch and its binding before TorchSharp does. TorchSharp's own search would fail with an error of a hundred lines.
    /// </summary>
    /// <exception cref="DllNotFoundException">
    /// No package with libtorch is referenced, the loader cannot load the binding, or FASHIONAE_LIBTORCH specifies a libtorch that cannot
    /// be used.
    /// </exception>
    public static void EnsureLoaded()
    {
        if (_ready)
            return;
        if (Folder is { } folder)
            LoadFrom(folder);
        LoadLibraries();
        var isOwn = TryLoad("torch_cpu");
        // If TorchSharp was called first, it may have loaded libtorch from elsewhere. Use that one if the binding loads with it.
        var isThere = isOwn || (OperatingSystem.IsLinux() && Open("libtorch_cpu.so", OnlyIfLoaded) != 0);
        // On other systems, TorchSharp loads the binding itself, because the libraries must be loaded in a certain order there.
        var isBound = isThere && (!OperatingSystem.IsLinux() || TryLoad(Binding));
        if (!isBound)
            throw new DllNotFoundException(isOwn
                ? $"The native library of {TorchSharpName} could not be loaded." + LoaderError(FindFile(BindingFile))
                : "libtorch was not found: the program must reference the package libtorch-cpu-linux-x64 2.10.0, "
                    + "or for all platforms TorchSharp-cpu 0.107.0, or for NVIDIA GPUs TorchSharp-cuda-linux 0.107.0, next to FashionAE."
                    + LoaderError(FindFile("libtorch_cpu.so")));
        FreedMemory.Keep();
        _ready = true;
    }

    /// <summary>Makes the runtime call this class if its own search for a library of TorchSharp fails. It changes nothing else.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The program itself may make TorchSharp load its native libraries.")]
    internal static void Register()
    {
        if (OperatingSystem.IsLinux() && AssemblyLoadContext.GetLoadContext(TorchSharpAssembly) is { } context)
            context.ResolvingUnmanagedDll += (_, name) => name switch
            {
                Binding => LoadRepaired(),
                "torch_cpu" or "torch_cuda" when Folder is { } folder
                    && NativeLibrary.TryLoad(Path.Combine(folder, $"lib{name}.so"), out var library) => library,
                _ => 0,
            };
    }

    /// <summary>
    /// Loads libtorch from a directory, so that TorchSharp finds it loaded. The binding calls functions of one version of libtorch, and
    /// another version may lack some of them. All functions are bound immediately, so that a missing one causes an exception here instead
    /// of a crash when it is called.
    /// </summary>
    private static void LoadFrom(string folder)
    {
        if (!OperatingSystem.IsLinux())
            throw new DllNotFoundException(
                $"{FolderVariable} specifies {folder}, but using another libtorch is only supported on Linux: "
                + "unset it, and reference the package TorchSharp-cpu.");
        var wanted = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (FindOwn("libtorch_cpu.so") is { } own && Path.GetFullPath(Path.GetDirectoryName(own)!) != wanted)
            throw new DllNotFoundException(
                $"{FolderVariable} specifies {folder}, but the program includes a libtorch, {own}: "
                + "unset the variable, or build the program without that package.");
        foreach (var path in Libraries.Select(library => Path.Combine(folder, library)))
            if (!NativeLibrary.TryLoad(path, out _))
                throw new DllNotFoundException(
                    $"{FolderVariable} must specify the folder of a libtorch, such as torch/lib of an installed PyTorch, "
                    + $"and {path} could not be loaded.{LoaderError(path)}");
        if (FindFile(BindingFile) is { } binding && Load(binding) == 0 && LoadRepaired() == 0)
            throw new DllNotFoundException(
                $"{TorchSharpName} does not support the libtorch in {folder} ({FolderVariable}): it was built for another version. "
                + $"The loader says: {_refusal}");
    }

    /// <summary>
    /// Loads a library from the packages of the program or of TorchSharp. Without the flag, Linux would also search the system's folders.
    /// </summary>
    private static bool TryLoad(string name) =>
        NativeLibrary.TryLoad(name, TorchSharpAssembly, OperatingSystem.IsLinux() ? DllImportSearchPath.AssemblyDirectory : null, out _);

    /// <summary>
    /// Loads the libraries of libtorch by path, in order. If one is loaded by name, the loader searches LD_LIBRARY_PATH first for those
    /// that it needs.
    /// </summary>
    private static void LoadLibraries()
    {
        if (OperatingSystem.IsLinux())
            foreach (var path in Libraries.Select(FindFile).OfType<string>())
                NativeLibrary.TryLoad(path, out _);
    }

    private static nint LoadRepaired()
    {
        lock (Gate)
        {
            if (_repaired != 0 || FindFile(BindingFile) is not { } path)
                return _repaired;
            try
            {
                var bytes = File.ReadAllBytes(path);
                var image = new ElfImage(bytes);
                // A binding in memory has no folder where the loader could find its libraries, so they must be loaded first.
                LoadLibraries();
                if (VersionRepair.Apply(image, LoadedImage) is { } repair && (_repaired = LoadFromMemory(bytes)) != 0)
                    Repair = repair;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                // The binding is not repaired, and the loader's error for the unchanged file is reported.
            }
            return _repaired;
        }
    }

    private static nint LoadFromMemory(byte[] library)
    {
        var descriptor = CreateMemoryFile(BindingFile, 1 /* close on exec */);
        if (descriptor >= 0)
        {
            using var memory = new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Write, 0);
            memory.Write(library);
            if (Load($"/proc/self/fd/{descriptor}") is var handle and not 0)
                return handle;
        }

        // Some systems forbid executable code in memory files (vm.memfd_noexec). Use a private file, which is deleted after loading.
        var folder = Directory.CreateTempSubdirectory("fashionae-");
        try
        {
            var file = Path.Combine(folder.FullName, BindingFile);
            File.WriteAllBytes(file, library);
            return Load(file);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Loads a library and binds all its functions. On failure it returns 0 and stores the loader's message.</summary>
    private static nint Load(string path)
    {
        _ = LastError();
        var handle = Open(path, BindNow);
        if (handle == 0)
            _refusal = Marshal.PtrToStringUTF8(LastError())?.Trim();
        return handle;
    }

    /// <summary>Reads the library with a given name, such as "libstdc++.so.6", that this process has loaded; null if not found.</summary>
    private static ElfImage? LoadedImage(string name)
    {
        var path = File.ReadLines("/proc/self/maps").Select(line => line.IndexOf('/') is var at and >= 0 ? line[at..] : "")
            .FirstOrDefault(path => Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal));
        return path is null ? null : new ElfImage(File.ReadAllBytes(path));
    }

    /// <summary>Finds a native library in the directory that FASHIONAE_LIBTORCH specifies, or else in those of the program.</summary>
    private static string? FindFile(string name) =>
        Folder is { } folder && Path.Combine(folder, name) is var path && File.Exists(path) ? path : FindOwn(name);

    /// <summary>
    /// Finds a native library in the directories that the .NET host searches, or in that of the program. The host searches the directories
    /// of packages, or the directory to which a single-file program was extracted.
    /// </summary>
    private static string? FindOwn(string name) => (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Append(AppContext.BaseDirectory)
        .Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists);

    /// <summary>Returns the loader's error for a library, as the end of a message; empty if the path is null or loading works.</summary>
    private static string LoaderError(string? path)
    {
        try
        {
            if (path is not null)
                NativeLibrary.Load(path);
            return "";
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return $" The loader says: {e.Message.ReplaceLineEndings(" ").Trim()}";
        }
    }

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int mode);

    [LibraryImport("libc", EntryPoint = "dlerror")]
    private static partial nint LastError();

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemoryFile(string name, uint flags);
}
