namespace FashionAE.Torch.Training;

/// <summary>How weights follow their gradients.</summary>
public enum OptimizerKind
{
    /// <summary>Adam (Kingma and Ba 2015); weight decay is added to the gradient.</summary>
    Adam,

    /// <summary>AdamW (Loshchilov and Hutter 2019); weight decay is taken from the weights themselves.</summary>
    AdamW,
}
