namespace FashionAE.Torch.Data;

/// <summary>How far a download is; reported whenever some more of a file has come.</summary>
/// <param name="File">The name of the running file, such as "train-images-idx3-ubyte.gz".</param>
/// <param name="Received">How many of its bytes have come.</param>
/// <param name="Length">How many there are; null where the server does not say.</param>
public sealed record DownloadProgress(string File, long Received, long? Length);
