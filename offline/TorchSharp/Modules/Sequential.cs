using static TorchSharp.torch;

namespace TorchSharp.Modules;

public class Sequential : nn.Module<Tensor, Tensor>
{
    private readonly List<nn.Module<Tensor, Tensor>> _modules = [];

    protected internal Sequential(params nn.Module<Tensor, Tensor>[] modules)
        : base(nameof(Sequential))
    {
        foreach (var module in modules)
        {
            register_module(_modules.Count.ToString(), module);
            _modules.Add(module);
        }
    }

    public int Count => _modules.Count;

    public nn.IModule<Tensor, Tensor> this[int index] => _modules[index];

    public override Tensor forward(Tensor tensor)
    {
        var result = tensor;
        foreach (var module in _modules)
        {
            var next = module.call(result);
            // Autograd keeps what it needs; without it the tensors in between can go at once.
            if (!ReferenceEquals(result, tensor) && !ReferenceEquals(result, next))
                result.Dispose();
            result = next;
        }
        return result;
    }
}
