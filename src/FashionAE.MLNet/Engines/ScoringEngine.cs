namespace FashionAE.MLNet;

/// <summary>What computes the outputs of a trained autoencoder. Both engines give the same values up to rounding.</summary>
public enum ScoringEngine
{
    /// <summary>
    /// ONNX Runtime where its native library is there, else libtorch. libtorch also where the network is on a GPU, or has a layer that ONNX
    /// cannot express.
    /// </summary>
    Auto,

    /// <summary>libtorch, by TorchSharp: the package TorchSharp-cpu, or another with a libtorch.</summary>
    LibTorch,

    /// <summary>ONNX Runtime, on the CPU: the package Microsoft.ML.OnnxRuntime.</summary>
    OnnxRuntime,
}
