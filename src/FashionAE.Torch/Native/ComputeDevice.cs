using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Finds the device that a user names.</summary>
public static class ComputeDevice
{
    /// <summary>Turns a name into a device that is there.</summary>
    /// <param name="name">"cpu", "cuda", "cuda:1", or "auto": CUDA where there is one, else the CPU.</param>
    /// <exception cref="ArgumentException">The name is none of these.</exception>
    /// <exception cref="DllNotFoundException">The program references no package with libtorch.</exception>
    /// <exception cref="InvalidOperationException">CUDA was asked for and there is none.</exception>
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
                "CUDA is not available: this libtorch has none or finds no GPU. Use the device cpu or auto, or see docs/gpu.md.");
        if (index >= cuda.device_count())
            throw new InvalidOperationException(
                $"There is no device {name}: this machine has {cuda.device_count()} CUDA device(s), counted from 0.");
        return new Device(TorchSharp.DeviceType.CUDA, index);
    }

    /// <summary>Whether a tensor is on a device. TorchSharp 0.107 compares devices by reference, so equal ones are unequal.</summary>
    internal static bool Has(Device device, Tensor tensor) =>
        tensor.device_type == device.type && (device.index < 0 || tensor.device_index == device.index);

    /// <summary>Copies a tensor to a device; to a GPU from pinned memory, so that nobody waits for what is still computed there.</summary>
    internal static Tensor Send(Tensor tensor, Device device)
    {
        if (device.type != TorchSharp.DeviceType.CUDA)
            return tensor.to(device);
        // libtorch keeps pinned memory until the copy has been made.
        using var pinned = tensor.pin_memory();
        return pinned.to(device, non_blocking: true);
    }
}
