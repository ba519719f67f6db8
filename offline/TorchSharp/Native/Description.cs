using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>What dispatch.cpp tells of a tensor; the pointers hold as long as the tensor does.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Description
{
    public long* Sizes;
    public long* Strides;
    public void* Data;
    public long Dimensions;
    public long Elements;
    public int DataType;
    public int DeviceType;
    public int DeviceIndex;
    public int ItemSize;
    public byte IsContiguous;
    public byte RequiresGrad;
    public byte IsLeaf;
}
