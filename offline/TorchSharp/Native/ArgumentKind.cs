namespace TorchSharp.Native;

/// <summary>Must match the enumeration in dispatch.cpp.</summary>
internal enum ArgumentKind
{
    None,
    Tensor,
    Int,
    Double,
    Bool,
    IntList,
    TensorList,
    String,
    Generator,
    Device,
}
