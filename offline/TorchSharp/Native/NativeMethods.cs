using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>The C interface of dispatch/dispatch.cpp.</summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "torch_dispatch";

    static NativeMethods() => NativeLibraryLoader.Register();

    [LibraryImport(Library)]
    private static partial byte* dispatch_error();

    [LibraryImport(Library)]
    private static partial byte* dispatch_version();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int dispatch_find(string name, string overload, out nint op);

    [LibraryImport(Library)]
    internal static partial int dispatch_call(nint op, Value* arguments, int count, Value* results, int capacity, int* resultCount);

    [LibraryImport(Library)]
    internal static partial void tensor_free(nint tensor);

    [LibraryImport(Library)]
    internal static partial int tensor_describe(nint tensor, Description* description);

    [LibraryImport(Library)]
    internal static partial int tensor_set_requires_grad(nint tensor, byte value);

    [LibraryImport(Library)]
    internal static partial int tensor_grad(nint tensor, out nint grad);

    [LibraryImport(Library)]
    internal static partial int tensor_set_grad(nint tensor, nint grad);

    [LibraryImport(Library)]
    internal static partial int tensor_backward(nint tensor);

    [LibraryImport(Library)]
    internal static partial byte grad_mode_enabled();

    [LibraryImport(Library)]
    internal static partial void grad_mode_set(byte enabled);

    [LibraryImport(Library)]
    internal static partial nint inference_mode_begin(byte enabled);

    [LibraryImport(Library)]
    internal static partial void inference_mode_end(nint guard);

    [LibraryImport(Library)]
    internal static partial int random_seed(ulong seed);

    [LibraryImport(Library)]
    internal static partial int generator_new(ulong seed, int deviceType, int deviceIndex, out nint generator);

    [LibraryImport(Library)]
    internal static partial int generator_default(out nint generator);

    [LibraryImport(Library)]
    internal static partial void generator_free(nint generator);

    [LibraryImport(Library)]
    internal static partial int generator_set_seed(nint generator, ulong seed);

    [LibraryImport(Library)]
    internal static partial int generator_get_seed(nint generator, out ulong seed);

    [LibraryImport(Library)]
    internal static partial int threads_get();

    [LibraryImport(Library)]
    internal static partial int threads_set(int count);

    [LibraryImport(Library)]
    internal static partial int cuda_device_count();

    [LibraryImport(Library)]
    internal static partial int cuda_synchronize();

    internal static string Version => Marshal.PtrToStringUTF8((nint)dispatch_version())!;

    /// <summary>Turns a failure of libtorch into the exception type that TorchSharp uses for it.</summary>
    internal static void Check(int status)
    {
        if (status != 0)
            throw new ExternalException(Marshal.PtrToStringUTF8((nint)dispatch_error()));
    }
}
