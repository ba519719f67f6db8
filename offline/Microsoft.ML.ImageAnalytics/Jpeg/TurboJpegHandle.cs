using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.Jpeg;

/// <summary>A compressor or decompressor of libturbojpeg.</summary>
internal sealed class TurboJpegHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => TurboJpeg.tjDestroy(handle) == 0;
}
