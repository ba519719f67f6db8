namespace FashionAE.Torch.Training;

/// <summary>Lowers the learning rate when the loss stops falling; PyTorch's ReduceLROnPlateau.</summary>
/// <param name="Factor">What the learning rate is multiplied with, within (0, 1).</param>
/// <param name="Patience">How many epochs without improvement are let pass, 0 or more.</param>
/// <param name="Threshold">The share by which a loss must be below the best one to count as an improvement.</param>
public sealed record PlateauSchedule(double Factor = 0.5, int Patience = 3, double Threshold = 1e-4);
