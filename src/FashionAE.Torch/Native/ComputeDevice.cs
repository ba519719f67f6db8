using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Finds compute devices by name.</summary>
public static class ComputeDevice
{
    /// <summary>Converts a name to an available device.</summary>
    /// <param name="name">The name: "cpu", "cuda", "cuda:1", or "auto" for CUDA if available and otherwise the CPU.</param>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    /// <exception cref="DllNotFoundException">libtorch was not found.</exception>
    /// <exception cref="InvalidOperationException">CUDA or the specified CUDA device is not available.</exception>
    public static Device Resolve(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        NativeTorch.EnsureLoaded();
        if (name == "cpu" || (name == "auto" && !cuda.is_available()))
            return CPU;
        var index = 0;
        var isCuda = name is "cuda" or "auto" || (name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name[5..], out index));
        if (!isCuda || index < 0)
            throw new ArgumentException($"There is no device '{name}': use cpu, cuda, cuda:N or auto.", nameof(name));
        if (!cuda.is_available())
            throw new InvalidOperationException(
                "CUDA is not available: this libtorch lacks it, or finds no GPU. Use the device cpu or auto, or see docs/gpu.md.");
        if (index >= cuda.device_count())
            throw new InvalidOperationException(
                $"There is no device {name}: this machine has {cuda.device_count()} CUDA device(s), counted from 0.");
        return new Device(TorchSharp.DeviceType.CUDA, index);
    }

    /// <summary>
    /// Returns whether a tensor is on a device. TorchSharp 0.107 compares devices by reference, so two objects for one device are unequal.
    /// </summary>
    internal static bool Has(Device device, Tensor tensor) =>
        tensor.device_type == device.type && (device.index < 0 || tensor.device_index == device.index);

    /// <summary>
    /// Copies a tensor to a device. For a GPU the copy uses pinned memory, so it does not wait for earlier work on the GPU.
    /// </summary>
    internal static Tensor Send(Tensor tensor, Device device)
    {
        if (device.type != TorchSharp.DeviceType.CUDA)
            return tensor.to(device);
        // libtorch keeps pinned memory alive until the copy is complete.
        using var pinned = tensor.pin_memory();
        return pinned.to(device, non_blocking: true);
    }
}
