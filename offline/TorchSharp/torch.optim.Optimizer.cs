using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public abstract class Optimizer : IDisposable
        {
            private protected Optimizer(ParamGroup group) => Group = group;

            private protected ParamGroup Group { get; }

            public virtual IEnumerable<ILearningRateController> ParamGroups => [Group];

            public virtual IEnumerable<Parameter> parameters() => Group.Parameters;

            public virtual Tensor? step(Func<Tensor>? closure = null) => throw new NotSupportedException();

            public virtual void zero_grad()
            {
                foreach (var parameter in parameters())
                    parameter.grad = null;
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
            }
        }
    }
}
