namespace FashionAE.MLNet.Augmentation;

internal sealed record NoiseSettings(string Output, string Input, double Factor, long Seed);
