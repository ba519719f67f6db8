namespace FashionAE.Torch.Augmentation;

/// <summary>How a value between pixels is found.</summary>
public enum Interpolation
{
    /// <summary>The nearest pixel's.</summary>
    Nearest,

    /// <summary>Weighted from the four pixels around.</summary>
    Bilinear,
}
