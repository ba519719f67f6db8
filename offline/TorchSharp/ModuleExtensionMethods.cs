using static TorchSharp.torch;

namespace TorchSharp;

public static class ModuleExtensionMethods
{
    public static T to<T>(this T module, Device device, bool non_blocking = false)
        where T : nn.Module
    {
        module.MoveTo(device);
        return module;
    }

    public static T cpu<T>(this T module, bool non_blocking = false)
        where T : nn.Module => module.to(CPU);
}
