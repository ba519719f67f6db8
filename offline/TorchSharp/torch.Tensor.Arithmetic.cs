using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    // Arithmetic, comparisons and reductions.
    public partial class Tensor
    {
        public static Tensor operator +(Tensor left, Tensor right) => left.add(right);

        public static Tensor operator +(Tensor left, Scalar right) => left.add(right);

        public static Tensor operator +(Tensor left, int right) => left.add(right);

        public static Tensor operator +(Tensor left, float right) => left.add(right);

        public static Tensor operator +(Tensor left, double right) => left.add(right);

        public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);

        public static Tensor operator -(Tensor left, Scalar right) => left.sub(right);

        public static Tensor operator -(Tensor left, int right) => left.sub(right);

        public static Tensor operator -(Tensor left, float right) => left.sub(right);

        public static Tensor operator -(Tensor left, double right) => left.sub(right);

        public static Tensor operator -(double left, Tensor right) => Operators.SubtractFromScalar.Call(right, left);

        public static Tensor operator -(Tensor tensor) => tensor.neg();

        public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);

        public static Tensor operator *(Tensor left, Scalar right) => left.mul(right);

        public static Tensor operator *(Tensor left, int right) => left.mul(right);

        public static Tensor operator *(Tensor left, float right) => left.mul(right);

        public static Tensor operator *(Tensor left, double right) => left.mul(right);

        public static Tensor operator *(int left, Tensor right) => right.mul(left);

        public static Tensor operator *(float left, Tensor right) => right.mul(left);

        public static Tensor operator *(double left, Tensor right) => right.mul(left);

        public static Tensor operator /(Tensor left, Tensor right) => Operators.Divide.Call(left, right);

        public static Tensor operator /(Tensor left, Scalar right) => Operators.DivideScalar.Call(left, right);

        public static Tensor operator /(Tensor left, int right) => Operators.DivideScalar.Call(left, (long)right);

        public static Tensor operator /(Tensor left, float right) => Operators.DivideScalar.Call(left, (double)right);

        public static Tensor operator /(Tensor left, double right) => Operators.DivideScalar.Call(left, right);

        public Tensor add(Tensor target) => Operators.Add.Call(this, target);

        public Tensor add(Scalar scalar) => Operators.AddScalar.Call(this, scalar);

        public Tensor add_(Tensor target) => InPlace(Operators.AddInPlace, target);

        public Tensor add_(Tensor target, Scalar alpha) => InPlace(Operators.AddInPlace, target, alpha);

        public Tensor add_(Scalar scalar) => InPlace(Operators.AddScalarInPlace, scalar);

        public Tensor sub(Tensor target) => Operators.Subtract.Call(this, target);

        public Tensor sub(Scalar target) => Operators.SubtractScalar.Call(this, target);

        public Tensor sub_(Tensor target) => InPlace(Operators.SubtractInPlace, target);

        public Tensor sub_(Scalar target) => InPlace(Operators.SubtractScalarInPlace, target);

        public Tensor mul(Tensor target) => Operators.Multiply.Call(this, target);

        public Tensor mul(Scalar target) => Operators.MultiplyScalar.Call(this, target);

        public Tensor mul_(Tensor target) => InPlace(Operators.MultiplyInPlace, target);

        public Tensor mul_(Scalar target) => InPlace(Operators.MultiplyScalarInPlace, target);

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Operators.DivideScalar.Call(this, target);

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => InPlace(Operators.DivideScalarInPlace, target);

        public Tensor neg() => Operators.Negate.Call(this);

        public Tensor abs() => Operators.Absolute.Call(this);

        public Tensor square() => Operators.Square.Call(this);

        public Tensor sqrt() => Operators.SquareRoot.Call(this);

        public Tensor log10() => Operators.Log10.Call(this);

        public Tensor sin() => Operators.Sine.Call(this);

        public Tensor cos() => Operators.Cosine.Call(this);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Operators.Clamp.Call(this, min, max);

        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => InPlace(Operators.ClampInPlace, min, max);

        public Tensor fill_(Scalar value) => InPlace(Operators.Fill, value);

        public Tensor zero_() => InPlace(Operators.Zero);

        public Tensor uniform_(double from, double to, Generator? generator = null) =>
            InPlace(Operators.Uniform, from, to, generator);

        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) =>
            InPlace(Operators.Normal, mean, std, generator);

        public Tensor matmul(Tensor target) => Operators.Matmul.Call(this, target);

        public Tensor eq(Tensor target) => Operators.Equal.Call(this, target);

        public Tensor eq(Scalar target) => Operators.EqualScalar.Call(this, target);

        public Tensor ne(Scalar target) => Operators.NotEqualScalar.Call(this, target);

        public Tensor lt(Scalar target) => Operators.LessScalar.Call(this, target);

        public Tensor le(Scalar target) => Operators.LessOrEqualScalar.Call(this, target);

        public Tensor gt(Scalar target) => Operators.GreaterScalar.Call(this, target);

        public Tensor ge(Scalar target) => Operators.GreaterOrEqualScalar.Call(this, target);

        public Tensor isfinite() => Operators.IsFinite.Call(this);

        public Tensor all() => Operators.All.Call(this);

        public Tensor any() => Operators.Any.Call(this);

        public Tensor sum(ScalarType? type = null) => Operators.Sum.Call(this, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) =>
            Operators.SumDimensions.Call(this, new[] { dim }, keepdim, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) =>
            Operators.SumDimensions.Call(this, dim, keepdim, type);

        public Tensor mean() => Operators.Mean.Call(this);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
            Operators.MeanDimensions.Call(this, dimensions, keepdim, type);

        public Tensor min() => Operators.Minimum.Call(this);

        public Tensor max() => Operators.Maximum.Call(this);

        public Tensor argmax(long dim, bool keepdim = false) => Operators.ArgMax.Call(this, dim, keepdim);

        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true)
        {
            var results = Operators.TopK.CallMany(2, this, (long)k, (long)dim, largest, sorted);
            return (results[0], results[1]);
        }
    }
}
