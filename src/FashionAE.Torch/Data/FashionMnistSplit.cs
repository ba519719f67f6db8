namespace FashionAE.Torch.Data;

/// <summary>The two parts of Fashion-MNIST.</summary>
public enum FashionMnistSplit
{
    /// <summary>60,000 images to train on.</summary>
    Train,

    /// <summary>10,000 images to test with.</summary>
    Test,
}
