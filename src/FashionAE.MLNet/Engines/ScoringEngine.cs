namespace FashionAE.MLNet;

/// <summary>
/// Specifies the engine that computes the outputs of a trained autoencoder. Both engines compute the same values up to rounding.
/// </summary>
/// <remarks>
/// On one machine (measured on x64), the outputs of ONNX Runtime for an image are bitwise identical in every batch, in a prediction engine
/// and on every thread. This holds for the networks of FashionAE. ONNX Runtime does not guarantee it for every operator that a custom
/// network may use. With libtorch, the last bits depend on how many rows the network processes together, and on the number of threads.
/// </remarks>
public enum ScoringEngine
{
    /// <summary>
    /// ONNX Runtime if its native library is available, otherwise libtorch. libtorch is also used if the network is on a GPU, or if ONNX
    /// Runtime does not support the network. A warning in the log says why if ONNX Runtime does not support the network, or if its library
    /// exists but cannot be loaded.
    /// </summary>
    Auto,

    /// <summary>libtorch, through TorchSharp. This needs the package TorchSharp-cpu or another package with libtorch.</summary>
    LibTorch,

    /// <summary>ONNX Runtime, on the CPU. This needs the package Microsoft.ML.OnnxRuntime.</summary>
    OnnxRuntime,
}
