namespace FashionAE.MLNet.Imaging;

internal sealed record PixelScalingSettings(string Output, string Input, bool Invert);
