using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static Sequential Sequential(params Module<Tensor, Tensor>[] modules) => new(modules);

        public static Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules) => new(modules.ToArray());

        public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null) =>
            On(new Linear(inputSize, outputSize, hasBias), device, dtype);

        public static Conv2d Conv2d(
            long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long dilation = 1,
            PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
        {
            OnlyPlain(dilation, padding_mode, groups);
            return On(new Conv2d(in_channels, out_channels, kernel_size, stride, padding, bias), device, dtype);
        }

        public static ConvTranspose2d ConvTranspose2d(
            long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long output_padding = 0, long dilation = 1,
            PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
        {
            OnlyPlain(dilation, padding_mode, groups);
            return On(new ConvTranspose2d(in_channels, out_channels, kernel_size, stride, padding, output_padding, bias), device, dtype);
        }

        public static BatchNorm1d BatchNorm1d(
            long num_features, double eps = 1E-05, double momentum = 0.1, bool affine = true, bool track_running_stats = true,
            Device? device = null, ScalarType? dtype = null) =>
            affine && track_running_stats
                ? On(new BatchNorm1d(num_features, eps, momentum), device, dtype)
                : throw new NotSupportedException("The offline stand-in for TorchSharp has batch normalization with both weights and statistics only.");

        public static Dropout Dropout(double p = 0.5, bool inplace = false) => new(p, inplace);

        public static ReLU ReLU(bool inplace = false) => new(inplace);

        public static Sigmoid Sigmoid() => new();

        public static Flatten Flatten(long start_dim = 1, long end_dim = -1) => new(start_dim, end_dim);

        public static Unflatten Unflatten(long dim, long[] unflattened_size) => new(dim, unflattened_size);

        public static MSELoss MSELoss(Reduction reduction = Reduction.Mean) => new(reduction);

        public static L1Loss L1Loss(Reduction reduction = Reduction.Mean) => new(reduction);

        private static void OnlyPlain(long dilation, PaddingModes mode, long groups)
        {
            if (dilation != 1 || mode != PaddingModes.Zeros || groups != 1)
                throw new NotSupportedException("The offline stand-in for TorchSharp has convolutions without dilation and groups, padded by zeros, only.");
        }

        private static T On<T>(T module, Device? device, ScalarType? dtype)
            where T : Module
        {
            if (dtype is not null && dtype != float32)
                throw new NotSupportedException($"The offline stand-in for TorchSharp has modules of Float32 only, not of {dtype}.");
            return device is null ? module : module.to(device);
        }
    }
}
