using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The update and the state that Adam (Kingma and Ba 2015) and AdamW (Loshchilov and Hutter 2019) share.</summary>
internal sealed class AdamRule : IDisposable
{
    private readonly Parameter[] _parameters;
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _eps;
    private readonly double _weightDecay;
    private readonly bool _decoupled;
    private readonly Tensor[] _means;
    private readonly Tensor[] _squares;
    private readonly long[] _steps;

    public AdamRule(Parameter[] parameters, double beta1, double beta2, double eps, double weightDecay, bool decoupled, bool amsgrad, bool maximize)
    {
        if (amsgrad || maximize)
            throw new NotSupportedException("The offline stand-in for TorchSharp has neither amsgrad nor maximize.");
        (_parameters, _beta1, _beta2, _eps, _weightDecay, _decoupled) = (parameters, beta1, beta2, eps, weightDecay, decoupled);
        _means = [.. parameters.Select(p => zeros_like(p).DetachFromDisposeScope())];
        _squares = [.. parameters.Select(p => zeros_like(p).DetachFromDisposeScope())];
        _steps = new long[parameters.Length];
    }

    public void Step(double learningRate)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var gradients = _parameters.Select(p => p.grad).ToArray();

        // Parameters that a backward pass did not reach are left alone, so the counts of steps can differ.
        foreach (var group in Enumerable.Range(0, _parameters.Length).Where(i => gradients[i] is not null).GroupBy(i => _steps[i]))
        {
            var members = group.ToArray();
            foreach (var i in members)
                _steps[i]++;
            Update(Pick(_parameters), Pick(gradients!), Pick(_means), Pick(_squares), group.Key + 1, learningRate);

            Tensor[] Pick(Tensor[] all) => [.. members.Select(i => all[i])];
        }
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_steps.Length);
        for (var i = 0; i < _steps.Length; i++)
        {
            writer.Write(_steps[i]);
            foreach (var tensor in (Tensor[])[_means[i], _squares[i]])
            {
                using var here = tensor.cpu();
                writer.Write(here.bytes);
            }
        }
    }

    public void Load(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        if (count != _steps.Length)
            throw new InvalidDataException($"The state of {count} parameters does not fit an optimizer of {_steps.Length}.");
        using var _ = no_grad();
        for (var i = 0; i < count; i++)
        {
            _steps[i] = reader.ReadInt64();
            foreach (var tensor in (Tensor[])[_means[i], _squares[i]])
            {
                using var here = empty(tensor.shape, tensor.dtype);
                reader.BaseStream.ReadExactly(here.bytes);
                tensor.copy_(here);
            }
        }
    }

    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[.. _means, .. _squares])
            tensor.Dispose();
    }

    private void Update(Tensor[] parameters, Tensor[] gradients, Tensor[] means, Tensor[] squares, long step, double learningRate)
    {
        if (_weightDecay != 0 && _decoupled)
            Operators.ForeachMultiplyInPlace.Run(parameters, 1 - learningRate * _weightDecay);
        else if (_weightDecay != 0)
            gradients = Operators.ForeachAdd.CallMany(gradients.Length, gradients, parameters, _weightDecay);

        Operators.ForeachMultiplyInPlace.Run(means, _beta1);
        Operators.ForeachAddInPlace.Run(means, gradients, 1 - _beta1);
        Operators.ForeachMultiplyInPlace.Run(squares, _beta2);
        Operators.ForeachAddProductInPlace.Run(squares, gradients, gradients, 1 - _beta2);

        var denominators = Operators.ForeachSquareRoot.CallMany(squares.Length, squares);
        Operators.ForeachDivideInPlace.Run(denominators, Math.Sqrt(1 - Math.Pow(_beta2, step)));
        Operators.ForeachAddScalarInPlace.Run(denominators, _eps);
        Operators.ForeachAddQuotientInPlace.Run(parameters, means, denominators, -learningRate / (1 - Math.Pow(_beta1, step)));
    }
}
