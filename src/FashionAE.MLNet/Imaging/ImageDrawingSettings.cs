using FashionAE.Torch.Data;

namespace FashionAE.MLNet.Imaging;

internal sealed record ImageDrawingSettings(string Output, string Input, ImageShape? Shape);
