namespace TorchSharp.Native;

/// <summary>The operators in use, by their names in libtorch's schema.</summary>
internal static class Operators
{
    // Making tensors.
    public static readonly Operator Empty = new("aten::empty", "memory_format");
    public static readonly Operator Zeros = new("aten::zeros");
    public static readonly Operator Ones = new("aten::ones");
    public static readonly Operator Full = new("aten::full");
    public static readonly Operator ZerosLike = new("aten::zeros_like");
    public static readonly Operator OnesLike = new("aten::ones_like");
    public static readonly Operator Arange = new("aten::arange", "start_step");
    public static readonly Operator Rand = new("aten::rand", "generator");
    public static readonly Operator Randn = new("aten::randn", "generator");
    public static readonly Operator RandomPermutation = new("aten::randperm", "generator");

    // Shapes and copies.
    public static readonly Operator View = new("aten::view");
    public static readonly Operator Reshape = new("aten::reshape");
    public static readonly Operator Flatten = new("aten::flatten", "using_ints");
    public static readonly Operator Unflatten = new("aten::unflatten", "int");
    public static readonly Operator Transpose = new("aten::transpose", "int");
    public static readonly Operator Permute = new("aten::permute");
    public static readonly Operator Expand = new("aten::expand");
    public static readonly Operator Squeeze = new("aten::squeeze");
    public static readonly Operator SqueezeDimension = new("aten::squeeze", "dim");
    public static readonly Operator Unsqueeze = new("aten::unsqueeze");
    public static readonly Operator Narrow = new("aten::narrow");
    public static readonly Operator Split = new("aten::split_with_sizes");
    public static readonly Operator Select = new("aten::select", "int");
    public static readonly Operator IndexSelect = new("aten::index_select");
    public static readonly Operator Gather = new("aten::gather");
    public static readonly Operator Cat = new("aten::cat");
    public static readonly Operator Stack = new("aten::stack");
    public static readonly Operator Contiguous = new("aten::contiguous");
    public static readonly Operator Clone = new("aten::clone");
    public static readonly Operator Detach = new("aten::detach");
    public static readonly Operator ToType = new("aten::to", "dtype");
    public static readonly Operator ToDevice = new("aten::to", "device");
    public static readonly Operator Copy = new("aten::copy_");

    // Arithmetic.
    public static readonly Operator Add = new("aten::add", "Tensor");
    public static readonly Operator AddScalar = new("aten::add", "Scalar");
    public static readonly Operator AddInPlace = new("aten::add_", "Tensor");
    public static readonly Operator AddScalarInPlace = new("aten::add_", "Scalar");
    public static readonly Operator Subtract = new("aten::sub", "Tensor");
    public static readonly Operator SubtractScalar = new("aten::sub", "Scalar");
    public static readonly Operator SubtractFromScalar = new("aten::rsub", "Scalar");
    public static readonly Operator SubtractInPlace = new("aten::sub_", "Tensor");
    public static readonly Operator SubtractScalarInPlace = new("aten::sub_", "Scalar");
    public static readonly Operator Multiply = new("aten::mul", "Tensor");
    public static readonly Operator MultiplyScalar = new("aten::mul", "Scalar");
    public static readonly Operator MultiplyInPlace = new("aten::mul_", "Tensor");
    public static readonly Operator MultiplyScalarInPlace = new("aten::mul_", "Scalar");
    public static readonly Operator Divide = new("aten::div", "Tensor");
    public static readonly Operator DivideScalar = new("aten::div", "Scalar");
    public static readonly Operator DivideScalarInPlace = new("aten::div_", "Scalar");
    public static readonly Operator Negate = new("aten::neg");
    public static readonly Operator Absolute = new("aten::abs");
    public static readonly Operator Square = new("aten::square");
    public static readonly Operator SquareRoot = new("aten::sqrt");
    public static readonly Operator Log10 = new("aten::log10");
    public static readonly Operator Sine = new("aten::sin");
    public static readonly Operator Cosine = new("aten::cos");
    public static readonly Operator Clamp = new("aten::clamp");
    public static readonly Operator ClampInPlace = new("aten::clamp_");
    public static readonly Operator Fill = new("aten::fill_", "Scalar");
    public static readonly Operator Zero = new("aten::zero_");
    public static readonly Operator Uniform = new("aten::uniform_");
    public static readonly Operator Normal = new("aten::normal_");
    public static readonly Operator Matmul = new("aten::matmul");

    // Comparisons and reductions.
    public static readonly Operator Equal = new("aten::eq", "Tensor");
    public static readonly Operator EqualScalar = new("aten::eq", "Scalar");
    public static readonly Operator NotEqualScalar = new("aten::ne", "Scalar");
    public static readonly Operator LessScalar = new("aten::lt", "Scalar");
    public static readonly Operator LessOrEqualScalar = new("aten::le", "Scalar");
    public static readonly Operator GreaterScalar = new("aten::gt", "Scalar");
    public static readonly Operator GreaterOrEqualScalar = new("aten::ge", "Scalar");
    public static readonly Operator IsFinite = new("aten::isfinite");
    public static readonly Operator All = new("aten::all");
    public static readonly Operator Any = new("aten::any");
    public static readonly Operator Sum = new("aten::sum");
    public static readonly Operator SumDimensions = new("aten::sum", "dim_IntList");
    public static readonly Operator Mean = new("aten::mean");
    public static readonly Operator MeanDimensions = new("aten::mean", "dim");
    public static readonly Operator Minimum = new("aten::min");
    public static readonly Operator Maximum = new("aten::max");
    public static readonly Operator ArgMax = new("aten::argmax");
    public static readonly Operator TopK = new("aten::topk");

    // Networks.
    public static readonly Operator Linear = new("aten::linear");
    public static readonly Operator Conv2d = new("aten::conv2d");
    public static readonly Operator ConvTranspose2d = new("aten::conv_transpose2d", "input");
    public static readonly Operator BatchNorm = new("aten::batch_norm");
    public static readonly Operator Dropout = new("aten::dropout");
    public static readonly Operator DropoutInPlace = new("aten::dropout_");
    public static readonly Operator Relu = new("aten::relu");
    public static readonly Operator ReluInPlace = new("aten::relu_");
    public static readonly Operator Sigmoid = new("aten::sigmoid");
    public static readonly Operator PixelShuffle = new("aten::pixel_shuffle");
    public static readonly Operator ConstantPad = new("aten::constant_pad_nd");
    public static readonly Operator AffineGrid = new("aten::affine_grid_generator");
    public static readonly Operator GridSample = new("aten::grid_sampler");
    public static readonly Operator MeanSquaredError = new("aten::mse_loss");
    public static readonly Operator MeanAbsoluteError = new("aten::l1_loss");
    public static readonly Operator CrossEntropy = new("aten::cross_entropy_loss");

    // Whole lists at once, for optimizers.
    public static readonly Operator ForeachAdd = new("aten::_foreach_add", "List");
    public static readonly Operator ForeachAddInPlace = new("aten::_foreach_add_", "List");
    public static readonly Operator ForeachAddScalarInPlace = new("aten::_foreach_add_", "Scalar");
    public static readonly Operator ForeachMultiply = new("aten::_foreach_mul", "Scalar");
    public static readonly Operator ForeachMultiplyInPlace = new("aten::_foreach_mul_", "Scalar");
    public static readonly Operator ForeachDivideInPlace = new("aten::_foreach_div_", "Scalar");
    public static readonly Operator ForeachSquareRoot = new("aten::_foreach_sqrt");
    public static readonly Operator ForeachAddProductInPlace = new("aten::_foreach_addcmul_", "Scalar");
    public static readonly Operator ForeachAddQuotientInPlace = new("aten::_foreach_addcdiv_", "Scalar");
    public static readonly Operator Norm = new("aten::norm", "Scalar");
    public static readonly Operator ForeachNorm = new("aten::_foreach_norm", "Scalar");
}
