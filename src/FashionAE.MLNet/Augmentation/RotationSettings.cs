using FashionAE.Torch.Augmentation;
using FashionAE.Torch.Data;

namespace FashionAE.MLNet.Augmentation;

internal sealed record RotationSettings(
    string Output, string Input, int Copies, double Degrees, Interpolation Interpolation, bool KeepOriginals, long Seed, ImageShape? Shape)
{
    public int RowsPerRow => Copies + (KeepOriginals ? 1 : 0);
}
