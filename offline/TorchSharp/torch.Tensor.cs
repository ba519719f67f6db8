using TorchSharp.Native;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor : IDisposable
    {
        private static long _totalCount;

        private nint _handle;

        internal Tensor(nint handle)
        {
            _handle = handle;
            Interlocked.Increment(ref _totalCount);
            DisposeScope.Current?.Attach(this);
        }

        ~Tensor() => Dispose(false);

        internal DisposeScope? Scope { get; set; }

        /// <summary>How many tensors have been made and not been disposed.</summary>
        public static long TotalCount => Interlocked.Read(ref _totalCount);

        public nint Handle => _handle != 0
            ? _handle
            : throw new InvalidOperationException("Tensor invalid -- empty handle: it was disposed, by hand or by its dispose scope.");

        public bool IsInvalid => _handle == 0;

        public unsafe long[] shape
        {
            get
            {
                var description = Describe();
                var result = new ReadOnlySpan<long>(description.Sizes, (int)description.Dimensions).ToArray();
                GC.KeepAlive(this);
                return result;
            }
        }

        public long ndim => Describe().Dimensions;

        public long Dimensions => Describe().Dimensions;

        public long NumberOfElements => Describe().Elements;

        public long ElementSize => Describe().ItemSize;

        public ScalarType dtype => (ScalarType)Describe().DataType;

        public DeviceType device_type => (DeviceType)Describe().DeviceType;

        public int device_index => Describe().DeviceIndex;

        public Device device
        {
            get
            {
                var description = Describe();
                return new Device((DeviceType)description.DeviceType, description.DeviceIndex);
            }
        }

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_leaf => Describe().IsLeaf != 0;

        public bool requires_grad
        {
            get => Describe().RequiresGrad != 0;
            set
            {
                NativeMethods.Check(NativeMethods.tensor_set_requires_grad(Handle, value ? (byte)1 : (byte)0));
                GC.KeepAlive(this);
            }
        }

        public Tensor? grad
        {
            get
            {
                NativeMethods.Check(NativeMethods.tensor_grad(Handle, out var gradient));
                GC.KeepAlive(this);
                return gradient == 0 ? null : new Tensor(gradient);
            }
            set
            {
                NativeMethods.Check(NativeMethods.tensor_set_grad(Handle, value?.Handle ?? 0));
                GC.KeepAlive(this);
                GC.KeepAlive(value);
            }
        }

        /// <summary>The memory of a contiguous tensor on the CPU.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                var description = DescribeContiguous();
                return new Span<byte>(description.Data, checked((int)(description.Elements * description.ItemSize)));
            }
            set
            {
                if (value.Length != bytes.Length)
                    throw new ArgumentException($"{value.Length} bytes do not fill the {bytes.Length} of the tensor.");
                value.CopyTo(bytes);
            }
        }

        public long size(int dim) => shape[dim < 0 ? dim + (int)ndim : dim];

        public long numel() => NumberOfElements;

        public long dim() => Dimensions;

        public bool is_contiguous() => Describe().IsContiguous != 0;

        public TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            _ = DescribeContiguous();
            CheckType<T>();
            return new TensorAccessor<T>(this);
        }

        public unsafe T item<T>()
            where T : unmanaged
        {
            if (NumberOfElements != 1)
                throw new ArgumentException("Number of elements in the tensor must be 1.");
            using var here = Operators.ToDevice.Call(this, CPU, dtype);
            CheckType<T>();
            return *(T*)here.Describe().Data;
        }

        public void backward()
        {
            NativeMethods.Check(NativeMethods.tensor_backward(Handle));
            GC.KeepAlive(this);
        }

        public Tensor DetachFromDisposeScope()
        {
            Scope?.Detach(this);
            return this;
        }

        public Tensor MoveToOuterDisposeScope()
        {
            Scope?.MoveToOuter(this);
            return this;
        }

        public override string ToString() => $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";

        public override bool Equals(object? obj) => ReferenceEquals(this, obj);

        public override int GetHashCode() => base.GetHashCode();

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            var handle = Interlocked.Exchange(ref _handle, 0);
            if (handle == 0)
                return;
            Interlocked.Decrement(ref _totalCount);
            if (disposing)
                Scope?.Forget(this);
            NativeMethods.tensor_free(handle);
        }

        /// <summary>Hands the native tensor over to another object.</summary>
        internal nint TakeHandle()
        {
            var handle = Handle;
            Scope?.Forget(this);
            Scope = null;
            _handle = 0;
            Interlocked.Decrement(ref _totalCount);
            GC.SuppressFinalize(this);
            return handle;
        }

        internal unsafe Description Describe()
        {
            Description description;
            NativeMethods.Check(NativeMethods.tensor_describe(Handle, &description));
            GC.KeepAlive(this); // its finalizer frees the native tensor
            return description;
        }

        private void CheckType<T>()
        {
            var type = default(T) switch
            {
                byte => ScalarType.Byte,
                sbyte => ScalarType.Int8,
                short => ScalarType.Int16,
                int => ScalarType.Int32,
                long => ScalarType.Int64,
                float => ScalarType.Float32,
                double => ScalarType.Float64,
                bool => ScalarType.Bool,
                _ => throw new ArgumentException($"No tensor has elements of type {typeof(T).Name}."),
            };
            if (type != dtype)
                throw new ArgumentException($"{typeof(T).Name} is not compatible with {dtype}.");
        }

        private Description DescribeContiguous()
        {
            var description = Describe();
            if (description.DeviceType != (int)DeviceType.CPU)
                throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
            if (description.IsContiguous == 0)
                throw new InvalidOperationException("The memory of a tensor can be reached only when it is contiguous: call contiguous() first.");
            return description;
        }
    }
}
