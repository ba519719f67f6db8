using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Robustness.Targets;

/// <summary>Converts results to texts, which are equal only if the results are bitwise equal.</summary>
internal static class Description
{
    public static string Of(IReadOnlyDictionary<string, StoredTensor> tensors) => string.Join(' ', tensors.Select(t => $"{t.Key} {Of(t.Value)}"));

    public static string Of(StoredTensor tensor) => $"{tensor.Type}[{string.Join(',', tensor.Shape)}]{Of(tensor.Bytes)}";

    public static string Of(Tensor tensor) => Of(StoredTensor.Of(tensor));

    /// <summary>Describes the content and the output of a model.</summary>
    public static string Of(Autoencoder model)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var images = linspace(0, 1, 2 * model.InputShape.Size).reshape(model.InputShape.Batch(2));
        return $"{model.InputShape} {Of(StoredTensor.Of(model.state_dict()))} {Of(model.Encode(images))} {Of(model.call(images))}";
    }

    public static string Of(float[] values) => Of(MemoryMarshal.AsBytes<float>(values));

    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes));
}
