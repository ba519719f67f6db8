using TorchSharp.Native;

namespace TorchSharp;

/// <summary>The part of TorchSharp 0.107.0 that this repository calls, under its names and signatures.</summary>
public static partial class torch
{
    public static ScalarType uint8 = ScalarType.Byte;
    public static ScalarType int64 = ScalarType.Int64;
    public static ScalarType float32 = ScalarType.Float32;
    public static ScalarType float64 = ScalarType.Float64;

    public static readonly Device CPU = new(DeviceType.CPU);

    public static Device CUDA => new(DeviceType.CUDA);

    /// <summary>The version of libtorch.</summary>
    public static string __version__ => NativeMethods.Version;

    public static Device device(string description) => new(description);

    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

    public static bool cuda_is_available() => cuda.is_available();

    public static int get_num_threads() => NativeMethods.threads_get();

    public static void set_num_threads(int num) => NativeMethods.Check(NativeMethods.threads_set(num));

    /// <summary>Seeds the default generators of all devices.</summary>
    public static Generator manual_seed(long seed)
    {
        NativeMethods.Check(NativeMethods.random_seed((ulong)seed));
        return Generator.Default;
    }

    public static DisposeScope NewDisposeScope() => DisposeScope.Begin();

    public static DisposeScope? CurrentDisposeScope => DisposeScope.Current;

    public static bool is_grad_enabled() => NativeMethods.grad_mode_enabled() != 0;

    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    private sealed class GradMode : IDisposable
    {
        private readonly byte _before = NativeMethods.grad_mode_enabled();

        public GradMode(bool enabled) => NativeMethods.grad_mode_set(enabled ? (byte)1 : (byte)0);

        public void Dispose() => NativeMethods.grad_mode_set(_before);
    }

    private sealed class InferenceMode(bool enabled) : IDisposable
    {
        private nint _guard = NativeMethods.inference_mode_begin(enabled ? (byte)1 : (byte)0);

        public void Dispose()
        {
            if (_guard != 0)
                NativeMethods.inference_mode_end(_guard);
            _guard = 0;
        }
    }
}
