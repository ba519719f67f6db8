using System.Reflection;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Jpeg;

/// <summary>The TurboJPEG interface of libjpeg-turbo 2, and what of its numbers is used here.</summary>
internal static unsafe partial class TurboJpeg
{
    public const int Subsampling420 = 2;
    public const int FormatRgbx = 2;
    public const int FormatBgrx = 3;
    public const int FormatBgra = 8;
    public const int ColorSpaceCmyk = 3;
    public const int ColorSpaceYcck = 4;
    public const int NoReallocation = 1024;
    public const int AccurateDct = 4096;
    public const int StopOnWarning = 8192;
    public const int LimitScans = 32768;

    private const string Library = "libturbojpeg.so.0";

    static TurboJpeg() => NativeLibrary.SetDllImportResolver(typeof(TurboJpeg).Assembly, Load);

    [LibraryImport(Library)]
    internal static partial TurboJpegHandle tjInitDecompress();

    [LibraryImport(Library)]
    internal static partial TurboJpegHandle tjInitCompress();

    [LibraryImport(Library)]
    internal static partial int tjDestroy(nint handle);

    [LibraryImport(Library)]
    internal static partial int tjDecompressHeader3(
        TurboJpegHandle handle, byte* jpeg, CULong size, out int width, out int height, out int subsampling, out int colorSpace);

    [LibraryImport(Library)]
    internal static partial int tjDecompress2(
        TurboJpegHandle handle, byte* jpeg, CULong size, byte* pixels, int width, int pitch, int height, int format, int flags);

    [LibraryImport(Library)]
    internal static partial CULong tjBufSize(int width, int height, int subsampling);

    [LibraryImport(Library)]
    internal static partial int tjCompress2(
        TurboJpegHandle handle,
        byte* pixels,
        int width,
        int pitch,
        int height,
        int format,
        ref byte* jpeg,
        ref CULong size,
        int subsampling,
        int quality,
        int flags);

    /// <summary>What the library says of the last failure.</summary>
    internal static string LastError(TurboJpegHandle handle) => Marshal.PtrToStringUTF8((nint)tjGetErrorStr2(handle));

    [LibraryImport(Library)]
    private static partial byte* tjGetErrorStr2(TurboJpegHandle handle);

    /// <summary>Loads the library, or says where it is to be had.</summary>
    internal static nint Open(string library)
    {
        try
        {
            return NativeLibrary.Load(library);
        }
        catch (DllNotFoundException e)
        {
            throw new DllNotFoundException(
                $"JPEG files need {library}, which was not found: install Debian's package libturbojpeg0 (apt-get install libturbojpeg0). "
                + $"The loader said: {e.Message}", e);
        }
    }

    private static nint Load(string name, Assembly assembly, DllImportSearchPath? path) => name == Library ? Open(name) : 0;
}
