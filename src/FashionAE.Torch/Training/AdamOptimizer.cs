using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>Specifies the optimizer: the rule by which a training step updates the weights from their gradients.</summary>
public enum OptimizerKind
{
    /// <summary>Adam (Kingma and Ba 2015). The weight decay is added to the gradient.</summary>
    Adam,

    /// <summary>AdamW (Loshchilov and Hutter 2019). The weight decay shrinks the weights directly.</summary>
    AdamW,
}

/// <summary>
/// Implements Adam and AdamW with the same results as PyTorch, but with fewer operations per step. Parameters that train together become
/// views into one tensor, and their gradients become views into another. A step then needs a few operations in total instead of ten for
/// each parameter. For float32 on the CPU, it is one pass over the memory.
/// </summary>
/// <remarks>
/// <para>The first step determines which parameters are joined: those that have a gradient after the first backward pass, grouped by type
/// and device. A parameter that is not contiguous is not joined. If a parameter is neither float32 nor float64, or shares memory with
/// another tensor, none are joined. Parameters that are not joined are updated one by one.</para>
/// <para>Caution: other views of a parameter's storage keep the old values, as they do when a module moves to another device. Clear
/// gradients only with <see cref="ClearGradients"/>: the module's <c>zero_grad</c> would remove the views.</para>
/// </remarks>
public sealed class AdamOptimizer : IDisposable
{
    private const double MeanDecay = 0.9;
    private const double SquareDecay = 0.999;
    private const double Epsilon = 1e-8;

    // A block of at least this many SIMD vectors is updated on several threads. While another thread wakes up, one thread can update some
    // ten thousand vectors.
    private const int LeastInParts = 1 << 14;

    private readonly Learned[] _parameters;
    private readonly Tensor[] _others;
    private readonly double _weightDecay;
    private readonly bool _isDecoupled;

    // The units that a step updates: single parameters until the first gradients are known, then joined blocks.
    private Learned[] _blocks;

    /// <summary>Initializes a new instance of the <see cref="AdamOptimizer"/> class. The running means decay by 0.9 and 0.999.</summary>
    /// <param name="parameters">The parameters to train. Those that require no gradient stay unchanged.</param>
    /// <param name="weightDecay">The weight decay, 0 or more.</param>
    /// <param name="isDecoupled">Whether the decay shrinks the weights directly (AdamW) or is part of the gradient (Adam).</param>
    /// <param name="others">
    /// The other tensors of the network, such as buffers. If one shares memory with a parameter, no parameters are joined.
    /// </param>
    public AdamOptimizer(
        IEnumerable<Parameter> parameters, double weightDecay = 0, bool isDecoupled = false, IEnumerable<Tensor>? others = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfNegative(weightDecay);
        (_weightDecay, _isDecoupled, _others) = (weightDecay, isDecoupled, [.. others ?? []]);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        _blocks = _parameters = [.. parameters.Select(p => new Learned(p, zeros_like(p), zeros_like(p), zeros([], ScalarType.Int64)))];
        foreach (var learned in _parameters)
            learned.Value.grad = null;
    }

    /// <summary>Sets all gradients to zero. Call it before each backward pass, which adds to the gradients.</summary>
    public void ClearGradients()
    {
        using var scope = NewDisposeScope();
        foreach (var block in _blocks)
            block.CurrentGradient?.zero_();
    }

    /// <summary>Updates the parameters from the gradients of a backward pass.</summary>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="clipNorm">
    /// The largest norm of all gradients together. If the norm is larger, all gradients are scaled down to it. Null for no limit.
    /// </param>
    /// <exception cref="InvalidOperationException">Gradients were cleared by something other than <see cref="ClearGradients"/>.</exception>
    public void Step(double learningRate, double? clipNorm = null) => Step(learningRate, clipNorm, null);

    /// <summary>Sums the gradients over the ranks, scales them down if necessary, and then updates the parameters.</summary>
    internal void Step(double learningRate, double? clipNorm, TrainingRanks? ranks)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        if (_blocks == _parameters)
            _blocks = JoinParameters();
        if (Array.Exists(_blocks, block => block.HasLostGradient))
            throw new InvalidOperationException("The gradients were not cleared by ClearGradients: call it instead of zero_grad.");
        var gradients = _blocks.Select(block => (Block: block, Gradient: block.CurrentGradient!))
            .Where(g => g.Gradient is not null).ToArray();
        foreach (var (_, gradient) in gradients)
            ranks?.Sum(gradient);
        var clip = clipNorm is { } norm && gradients.Length > 0 ? ClipFactor(Array.ConvertAll(gradients, g => g.Gradient), norm) : null;
        foreach (var (block, gradient) in gradients)
        {
            block.Steps.Increment_();
            if (block.IsInReach)
                StepInOnePass(block, clip?.item<float>() ?? 1, learningRate);
            else
                StepByOperations(block, gradient, clip, learningRate);
        }
    }

    /// <summary>
    /// Returns the mean of the gradient, the mean of its square and the step count of each parameter. Write to these tensors only before
    /// the first step.
    /// </summary>
    internal IEnumerable<(string Name, Tensor Tensor)> State(IEnumerable<(string Name, Parameter Parameter)> parameters) =>
        from named in parameters
        let state = Array.Find(_parameters, learned => learned.Value.Handle == named.Parameter.Handle)
        from part in new[] { ("exp_avg", state.Mean), ("exp_avg_sq", state.Square), ("step", state.Steps) }
        select ($"{named.Name}.{part.Item1}", part.Item2);

    /// <summary>Releases the optimizer's state and the gradients. The joined parameters remain views into one tensor.</summary>
    public void Dispose()
    {
        foreach (var learned in _parameters)
            learned.Value.grad = null;
        foreach (var learned in _parameters.Union(_blocks))
            learned.Dispose();
    }

    /// <summary>Computes the factor by which torch.nn.utils.clip_grad_norm_ multiplies gradients, without waiting for a GPU.</summary>
    private static Tensor ClipFactor(Tensor[] gradients, double limit)
    {
        var norms = Array.ConvertAll(gradients, g => g.norm().to(ScalarType.Float32, gradients[0].device));
        var norm = norms.Length == 1 ? norms[0] : stack(norms).norm();
        return norm.Plus(1e-6).reciprocal_().Times_(limit).Clamp_(0, 1);
    }

    private void StepInOnePass(Learned block, float clip, double learningRate)
    {
        var steps = block.Steps.item<long>();
        var squareCorrection = (float)(1 / Math.Sqrt(1 - Math.Pow(SquareDecay, steps)));
        var stepSize = (float)(learningRate / (1 - Math.Pow(MeanDecay, steps)));
        var gradientDecay = _isDecoupled ? 0 : (float)_weightDecay;
        var keep = _isDecoupled ? (float)(1 - learningRate * _weightDecay) : 1;
        var epsilon = new Vector<float>((float)Epsilon);
        var length = (int)(block.Value.NumberOfElements / Vector<float>.Count);
        // Each value is updated independently of the others, so the number of threads does not change the result.
        var parts = length < LeastInParts ? 1 : get_num_threads();
        if (parts == 1)
            Update(0);
        else
            Parallel.For(0, parts, Update);

        void Update(int part)
        {
            var range = (int)((long)length * part / parts)..(int)((long)length * (part + 1) / parts);
            Span<Vector<float>> Numbers(Tensor tensor) => MemoryMarshal.Cast<byte, Vector<float>>(tensor.bytes)[range];
            var values = Numbers(block.Value);
            var gradients = Numbers(block.Gradient!);
            var means = Numbers(block.Mean);
            var squares = Numbers(block.Square);
            for (var i = 0; i < values.Length; i++)
            {
                var gradient = gradients[i] * clip + values[i] * gradientDecay;
                means[i] = means[i] * (float)MeanDecay + gradient * (float)(1 - MeanDecay);
                squares[i] = squares[i] * (float)SquareDecay + gradient * gradient * (float)(1 - SquareDecay);
                values[i] = values[i] * keep - means[i] * stepSize / (Vector.SquareRoot(squares[i]) * squareCorrection + epsilon);
            }
        }
    }

    private void StepByOperations(Learned block, Tensor gradient, Tensor? clip, double learningRate)
    {
        using var scope = NewDisposeScope();
        using var gradientDecay = _weightDecay.ToScalar();
        using var addSquare = (1 - SquareDecay).ToScalar();
        var steps = block.Steps.item<long>();
        using var stepSize = (-learningRate / (1 - Math.Pow(MeanDecay, steps))).ToScalar();
        if (clip is not null)
            gradient.mul_(clip.to(gradient.device));
        if (_weightDecay != 0 && _isDecoupled)
            block.Value.Times_(1 - learningRate * _weightDecay);
        else if (_weightDecay != 0)
            gradient = gradient.add(block.Value, gradientDecay);
        block.Mean.Times_(MeanDecay).Plus_(gradient, 1 - MeanDecay);
        block.Square.Times_(SquareDecay).addcmul_(gradient, gradient, addSquare);
        var root = block.Square.sqrt().DividedBy_(Math.Sqrt(1 - Math.Pow(SquareDecay, steps)));
        block.Value.addcdiv_(block.Mean, root.Plus(Epsilon), stepSize);
    }

    private Learned[] JoinParameters()
    {
        var own = HaveSeparateMemory();
        var groups = _parameters.GroupBy(
            p => own && CanBeJoined(p) ? (p.Value.dtype, p.Value.device.ToString(), p.Steps.item<long>()) : default);
        return [.. groups.SelectMany(group => group.Key == default || group.Count() == 1 ? [.. group] : new[] { Block([.. group]) })];
    }

    private static bool CanBeJoined(Learned learned)
    {
        using var gradient = learned.Value.grad;
        return gradient is not null && !gradient.is_sparse && gradient.dtype == learned.Value.dtype && learned.Value.is_contiguous();
    }

    /// <summary>
    /// Returns true if no two parameters or buffers share memory. Buffers that are neither float32 nor float64 are ignored. Returns false
    /// if a parameter is neither float32 nor float64, because its address is then unknown.
    /// </summary>
    private bool HaveSeparateMemory()
    {
        if (_parameters.Any(p => !HasPlace(p.Value)))
            return false;
        var places = _parameters.Select(p => p.Value).Concat(_others.Where(HasPlace)).Select(PlaceOf).Order().ToArray();
        return places.Zip(places.Skip(1)).All(pair => pair.First.End <= pair.Second.Start);
    }

    private static bool HasPlace(Tensor tensor) => tensor.dtype is ScalarType.Float32 or ScalarType.Float64;

    private static (long Start, long End) PlaceOf(Tensor tensor)
    {
        var storage = tensor.dtype == ScalarType.Float32 ? tensor.storage<float>().data_ptr() : tensor.storage<double>().data_ptr();
        var start = storage + tensor.storage_offset() * tensor.element_size();
        return (start, start + tensor.NumberOfElements * tensor.element_size());
    }

    private static Learned Block(Learned[] members)
    {
        // A step processes whole SIMD vectors. The padding that fills the last vector is 0 and stays 0.
        var (first, length) = (members[0], members.Sum(m => m.Value.NumberOfElements));
        var rest = zeros((Vector<float>.Count - length % Vector<float>.Count) % Vector<float>.Count, first.Value.dtype, first.Value.device);
        Tensor Join(Func<Learned, Tensor> part) => cat([.. members.Select(m => part(m).detach().reshape(-1)), rest]);
        var gradient = Join(m => m.Value.grad!);
        var block = new Learned(
            Join(m => m.Value).DetachFromDisposeScope(), Join(m => m.Mean), Join(m => m.Square), first.Steps.clone(), gradient)
        {
            FirstMember = first.Value,
        };
        var start = 0L;
        foreach (var member in members)
        {
            var (shape, count) = (member.Value.shape, member.Value.NumberOfElements);
            Tensor View(Tensor whole) => whole.narrow(0, start, count).view(shape);
            member.Value.set_(View(block.Value));
            member.Value.grad = View(gradient);
            member.Mean.set_(View(block.Mean));
            member.Square.set_(View(block.Square));
            member.Steps.set_(block.Steps);
            start += count;
        }
        return block;
    }

    /// <summary>A parameter with its optimizer state, or a block of joined parameters.</summary>
    private sealed class Learned(Tensor value, Tensor mean, Tensor square, Tensor steps, Tensor? gradient = null) : IDisposable
    {
        public Tensor Value => value;

        public Tensor Mean { get; } = mean.DetachFromDisposeScope();

        public Tensor Square { get; } = square.DetachFromDisposeScope();

        /// <summary>Gets the number of updates, int64 [].</summary>
        public Tensor Steps { get; } = steps.DetachFromDisposeScope();

        /// <summary>Gets the gradient of a block. Null for a single parameter, which has its gradient in <c>Value.grad</c>.</summary>
        public Tensor? Gradient { get; } = gradient?.DetachFromDisposeScope();

        /// <summary>Gets a value indicating whether this is a block of float32 values in CPU memory.</summary>
        public bool IsInReach =>
            Gradient is not null && Value.dtype == ScalarType.Float32 && Value.device_type == TorchSharp.DeviceType.CPU;

        public Tensor? CurrentGradient => Gradient ?? Value.grad;

        /// <summary>Gets the first parameter of a block.</summary>
        public Tensor? FirstMember { get; init; }

        /// <summary>
        /// Gets a value indicating whether the gradients of the block's members are no longer views into the block's gradient.
        /// </summary>
        public bool HasLostGradient => FirstMember is not null
            && (FirstMember.grad is not { } current || PlaceOf(current).Start != PlaceOf(Gradient!).Start);

        public void Dispose()
        {
            foreach (var tensor in new[] { Mean, Square, Steps, Gradient, Gradient is null ? null : Value })
                tensor?.Dispose();
        }
    }
}
