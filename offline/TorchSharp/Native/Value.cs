using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>An argument or a result as dispatch.cpp sees it.</summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct Value
{
    [FieldOffset(0)] public ArgumentKind Kind;
    [FieldOffset(4)] public int Count;
    [FieldOffset(8)] public long Integer;
    [FieldOffset(8)] public double Real;
    [FieldOffset(8)] public void* Pointer;
}
