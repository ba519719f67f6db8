using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    // Shapes, copies and moves.
    public partial class Tensor
    {
        public Tensor T => Operators.Transpose.Call(this, 0L, 1L);

        public Tensor view(params long[] shape) => Operators.View.Call(this, shape);

        public Tensor reshape(params long[] shape) => Operators.Reshape.Call(this, shape);

        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Operators.Flatten.Call(this, start_dim, end_dim);

        public Tensor unflatten(long dim, params long[] sizes) => Operators.Unflatten.Call(this, dim, sizes);

        public Tensor transpose(long dim0, long dim1) => Operators.Transpose.Call(this, dim0, dim1);

        public Tensor permute(params long[] permutation) => Operators.Permute.Call(this, permutation);

        public Tensor expand(params long[] sizes) => Operators.Expand.Call(this, sizes);

        public Tensor squeeze(long? dim = null) =>
            dim is { } dimension ? Operators.SqueezeDimension.Call(this, dimension) : Operators.Squeeze.Call(this);

        public Tensor unsqueeze(long dim) => Operators.Unsqueeze.Call(this, dim);

        public Tensor narrow(long dim, long start, long length) => Operators.Narrow.Call(this, dim, start, length);

        public Tensor[] split(long[] sizes, long dim = 0) => Operators.Split.CallMany(sizes.Length, this, sizes, dim);

        public Tensor select(long dim, long index) => Operators.Select.Call(this, dim, index);

        public Tensor index_select(long dim, Tensor index) => Operators.IndexSelect.Call(this, dim, index);

        public Tensor gather(long dim, Tensor index) => Operators.Gather.Call(this, dim, index);

        public Tensor contiguous() => Operators.Contiguous.Call(this);

        public Tensor clone() => Operators.Clone.Call(this);

        public Tensor detach() => Operators.Detach.Call(this);

        public Tensor cpu() => to(CPU);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(dtype, device, copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            DisposeIf(disposeAfter, Operators.ToType.Call(this, type, non_blocking, copy));

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            DisposeIf(disposeAfter, Operators.ToDevice.Call(this, device, type, non_blocking, copy));

        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(type, copy, disposeAfter, non_blocking);

        public Tensor copy_(Tensor source, bool nonBlocking = false) => InPlace(Operators.Copy, source, nonBlocking);

        private Tensor DisposeIf(bool dispose, Tensor result)
        {
            if (dispose)
                Dispose();
            return result;
        }

        /// <summary>In-place operators give back the tensor that they changed.</summary>
        private Tensor InPlace(Operator op, params ReadOnlySpan<Argument> arguments)
        {
            op.Run([this, .. arguments]);
            return this;
        }
    }
}
