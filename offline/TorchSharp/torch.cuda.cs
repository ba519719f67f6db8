using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static class cuda
    {
        public static bool is_available() => device_count() > 0;

        public static int device_count() => NativeMethods.cuda_device_count();

        public static void synchronize(Device? device = null) => NativeMethods.Check(NativeMethods.cuda_synchronize());
    }
}
