namespace FashionAE.Torch.Training;

/// <summary>What training makes small: how far a reconstruction is from its target.</summary>
public enum ReconstructionLoss
{
    /// <summary>The mean of the squared differences.</summary>
    MeanSquaredError,

    /// <summary>The mean of the squared differences plus the mean of the absolute ones.</summary>
    MeanSquaredAndAbsoluteError,
}
