namespace Offline.TorchSharp.Tests;

public class ForwardHookTests
{
    private readonly nn.Module<Tensor, Tensor> _module = nn.ReLU();
    private readonly Tensor _input = tensor(new[] { -1f, 2 });

    [Fact]
    public void A_hook_sees_the_module_its_input_and_its_output()
    {
        var calls = 0;
        _module.register_forward_hook((module, input, output) =>
        {
            calls++;
            Assert.Same(_module, module);
            Assert.Same(_input, input);
            Numbers.Equal(new[] { 0, 2 }, output, 0);
            return output;
        });
        _module.call(_input);
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Hooks_change_the_result_one_after_the_other()
    {
        _module.register_forward_hook((_, _, output) => output + 1);
        _module.register_forward_hook((_, _, output) => output * 10);
        Numbers.Equal(new[] { 10, 30 }, _module.call(_input), 0);
    }

    [Fact]
    public void A_hook_that_returns_null_leaves_the_result()
    {
        _module.register_forward_hook((_, _, _) => null!);
        Numbers.Equal(new[] { 0, 2 }, _module.call(_input), 0);
    }

    [Fact]
    public void A_removed_hook_is_not_called()
    {
        var remover = _module.register_forward_hook((_, _, output) => output + 1);
        _module.register_forward_hook((_, _, output) => output * 10);
        remover.remove();
        Numbers.Equal(new[] { 0, 20 }, _module.call(_input), 0);
        remover.remove();
    }

    [Fact]
    public void Forward_itself_calls_no_hooks()
    {
        _module.register_forward_hook((_, _, output) => output + 1);
        Numbers.Equal(new[] { 0, 2 }, _module.forward(_input), 0);
    }

    [Fact]
    public void Hooks_of_modules_within_a_sequence_are_called()
    {
        using var sequence = nn.Sequential(nn.Flatten(0), _module);
        _module.register_forward_hook((_, _, output) => output + 1);
        Numbers.Equal(new[] { 1, 3 }, sequence.call(_input), 0);
    }

    [Fact]
    public void Modules_of_two_inputs_have_hooks_too()
    {
        var loss = nn.MSELoss();
        var remover = loss.register_forward_hook((_, input, target, output) => output + input.sum() + target.sum());
        Numbers.Equal(1 + 2 + 4, loss.call(ones([2]), full([2], 2)), 0);
        remover.remove();
        Numbers.Equal(1, loss.call(ones([2]), full([2], 2)), 0);
    }
}
