using static TorchSharp.torch;

namespace FashionAE.Torch.Training;

/// <summary>What one step learns from.</summary>
/// <param name="Input">What the model sees before augmentation, float32 [N, C, H, W] in [0, 1].</param>
/// <param name="Target">What it shall give back, of the same shape and range; the same tensor where that is the input.</param>
/// <param name="Originals">How many of the first images stay as they are; the rest are copies to be changed by augmentation.</param>
public readonly record struct TrainingBatch(Tensor Input, Tensor Target, int Originals);
