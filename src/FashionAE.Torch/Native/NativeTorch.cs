using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Microsoft.Win32.SafeHandles;
using TorchSharp;

namespace FashionAE.Torch;

/// <summary>
/// Sees to it that TorchSharp finds its native half, and says in one sentence what is wrong where it does not. On Linux, a program that
/// brings no libtorch may use another's: that of the folder that FASHIONAE_LIBTORCH names, such as torch/lib of an installed PyTorch. One
/// that the system's loader happens to find (a system folder, LD_LIBRARY_PATH) is not used: nothing says which version it is.
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

    /// <summary>Gets what had to be done to load the binding; null where nothing was.</summary>
    public static string? Repair { get; private set; }

    /// <summary>Gets a text: what becomes of memory that libtorch frees, once it is loaded (FASHIONAE_KEEP_MEMORY, glibc).</summary>
    public static string Memory => FreedMemory.Description;

    /// <summary>Gets the folder of a libtorch that is not the program's own; null where none is named.</summary>
    private static string? Folder => Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? folder : null;

    /// <summary>Loads libtorch and its binding before TorchSharp does, whose own search ends in a trace of a hundred lines.</summary>
    /// <exception cref="DllNotFoundException">
    /// The program references no package with libtorch, the loader refuses the binding, or FASHIONAE_LIBTORCH names one that does not fit.
    /// </exception>
    public static void EnsureLoaded()
    {
        if (_ready)
            return;
        if (Folder is { } folder)
            LoadFrom(folder);
        LoadLibraries();
        var isOwn = TryLoad("torch_cpu");
        // TorchSharp, where it was called first, may have loaded one from elsewhere. It is used if the binding loads with it.
        var isThere = isOwn || (OperatingSystem.IsLinux() && Open("libtorch_cpu.so", OnlyIfLoaded) != 0);
        // On other systems TorchSharp loads the binding in an order of its own.
        var isBound = isThere && (!OperatingSystem.IsLinux() || TryLoad(Binding));
        if (!isBound)
            throw new DllNotFoundException(isOwn
                ? $"The native half of {TorchSharpName} could not be loaded." + LoaderError(FindFile(BindingFile))
                : "libtorch was not found: the program must reference the package libtorch-cpu-linux-x64 2.10.0, "
                    + "or for all platforms TorchSharp-cpu 0.107.0, or for NVIDIA GPUs TorchSharp-cuda-linux 0.107.0, beside FashionAE."
                    + LoaderError(FindFile("libtorch_cpu.so")));
        FreedMemory.Keep();
        _ready = true;
    }

    /// <summary>Lets the runtime ask here after its own search for a library of TorchSharp has failed; nothing else changes.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "TorchSharp loads its natives at the first touch, which may be a program's own.")]
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
    /// TorchSharp's own loads find these afterwards. The binding calls functions of one version of libtorch, and another may lack some of
    /// them: bound all at once, that shows here, and not as the end of the process when one is called.
    /// </summary>
    private static void LoadFrom(string folder)
    {
        if (!OperatingSystem.IsLinux())
            throw new DllNotFoundException(
                $"{FolderVariable} names {folder}, but only on Linux a libtorch can be taken from elsewhere: "
                + "unset it, and reference the package TorchSharp-cpu.");
        var wanted = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (FindOwn("libtorch_cpu.so") is { } own && Path.GetFullPath(Path.GetDirectoryName(own)!) != wanted)
            throw new DllNotFoundException(
                $"{FolderVariable} names {folder}, but the program brings a libtorch of its own, {own}: "
                + "unset the variable, or build the program without that package.");
        foreach (var path in Libraries.Select(library => Path.Combine(folder, library)))
            if (!NativeLibrary.TryLoad(path, out _))
                throw new DllNotFoundException(
                    $"{FolderVariable} must name the folder of a libtorch, such as torch/lib of an installed PyTorch, "
                    + $"and {path} could not be loaded.{LoaderError(path)}");
        if (FindFile(BindingFile) is { } binding && Load(binding) == 0 && LoadRepaired() == 0)
            throw new DllNotFoundException(
                $"{TorchSharpName} cannot take the libtorch that {FolderVariable} names, {folder}: it was built for another version. "
                + $"The loader says: {_refusal}");
    }

    /// <summary>Loads a library of the program's packages or of TorchSharp's: without the flag, Linux would search the system's.</summary>
    private static bool TryLoad(string name) =>
        NativeLibrary.TryLoad(name, TorchSharpAssembly, OperatingSystem.IsLinux() ? DllImportSearchPath.AssemblyDirectory : null, out _);

    /// <summary>Loads libtorch by its paths: by name, each of its libraries would look for the next one in LD_LIBRARY_PATH first.</summary>
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
                // In memory the binding has no folder in which its libraries could be looked for.
                LoadLibraries();
                if (VersionRepair.Apply(image, LoadedImage) is { } repair && (_repaired = LoadFromMemory(bytes)) != 0)
                    Repair = repair;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                // The file stays as it is, and the loader's own error is what is told.
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

        // A system may forbid code in such files (vm.memfd_noexec): then a private file that is gone as soon as it is loaded.
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

    /// <summary>Loads a library whose every call finds its function; else 0, and what the loader said is kept.</summary>
    private static nint Load(string path)
    {
        _ = LastError();
        var handle = Open(path, BindNow);
        if (handle == 0)
            _refusal = Marshal.PtrToStringUTF8(LastError())?.Trim();
        return handle;
    }

    /// <summary>The library that this process has loaded under a name, such as "libstdc++.so.6".</summary>
    private static ElfImage? LoadedImage(string name)
    {
        var path = File.ReadLines("/proc/self/maps").Select(line => line.IndexOf('/') is var at and >= 0 ? line[at..] : "")
            .FirstOrDefault(path => Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal));
        return path is null ? null : new ElfImage(File.ReadAllBytes(path));
    }

    /// <summary>A native library: of the named folder, else the program's own.</summary>
    private static string? FindFile(string name) =>
        Folder is { } folder && Path.Combine(folder, name) is var path && File.Exists(path) ? path : FindOwn(name);

    /// <summary>Where the host looks for a program's native libraries: packages' folders, or that of a single file's extraction.</summary>
    private static string? FindOwn(string name) => (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Append(AppContext.BaseDirectory)
        .Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists);

    /// <summary>What the loader says to a file that is there, as the end of a message.</summary>
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
