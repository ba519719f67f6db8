using TorchSharp.Modules;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static class utils
        {
            /// <summary>Scales all gradients down together so that their norm is at most max_norm; returns the norm before.</summary>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2)
            {
                using var scope = NewDisposeScope();
                using var _ = no_grad();
                var gradients = tensors.Select(p => p.grad).OfType<Tensor>().ToArray();
                if (gradients.Length == 0)
                    return 0;
                var norms = stack(Operators.ForeachNorm.CallMany(gradients.Length, gradients, norm_type));
                var total = Operators.Norm.Call(norms, norm_type).item<float>();
                var scale = (float)max_norm / (total + 1e-6f); // in single precision, as PyTorch does
                if (scale < 1)
                    Operators.ForeachMultiplyInPlace.Run(gradients, scale);
                return total;
            }
        }
    }
}
