namespace FashionAE.MLNet;

/// <summary>What computes the outputs of a trained autoencoder. Both engines give the same values except for rounding.</summary>
/// <remarks>
/// On one machine (measured on x64), ONNX Runtime gives an image the same bits in every batch, in a prediction engine and on every thread
/// with the networks of FashionAE. It does not promise that for every operator that a network of your own may use. The bits of libtorch
/// depend on how many rows go through the network together, and on the number of threads.
/// </remarks>
public enum ScoringEngine
{
    /// <summary>
    /// ONNX Runtime where its native library is there, else libtorch. libtorch also where the network is on a GPU, or where ONNX Runtime
    /// does not compute what it computes; a warning in the log says why.
    /// </summary>
    Auto,

    /// <summary>libtorch, by TorchSharp: the package TorchSharp-cpu, or another with a libtorch.</summary>
    LibTorch,

    /// <summary>ONNX Runtime, on the CPU: the package Microsoft.ML.OnnxRuntime.</summary>
    OnnxRuntime,
}
