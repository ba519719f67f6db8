using System.Runtime.InteropServices;

namespace Offline.TorchSharp.Tests;

public class GradModeTests
{
    private readonly Tensor _leaf = ones([2], requires_grad: true);

    [Fact]
    public void Gradients_are_recorded_by_default()
    {
        Assert.True(is_grad_enabled());
        Assert.True((_leaf * 2).requires_grad);
    }

    [Fact]
    public void Modes_nest_and_each_restores_the_one_before()
    {
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            Assert.False((_leaf * 2).requires_grad);
            using (enable_grad())
            {
                Assert.True(is_grad_enabled());
                Assert.True((_leaf * 2).requires_grad);
                using (no_grad())
                    Assert.False(is_grad_enabled());
                Assert.True(is_grad_enabled());
            }
            using (no_grad())
                Assert.False(is_grad_enabled());
            Assert.False(is_grad_enabled());
        }
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void A_mode_can_be_chosen_by_a_condition()
    {
        using (enable_grad(false))
            Assert.False(is_grad_enabled());
        using (inference_mode(false))
            Assert.True((_leaf * 2).requires_grad);
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void An_exception_restores_the_mode_too()
    {
        Assert.Throws<ExternalException>(() =>
        {
            using var _ = no_grad();
            zeros([2]).view(3);
        });
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void Results_of_inference_can_never_be_part_of_a_graph()
    {
        Tensor result;
        using (inference_mode())
        {
            Assert.False(is_grad_enabled());
            result = _leaf * 2;
        }
        Assert.True(is_grad_enabled());
        Assert.False(result.requires_grad);
        // That is what tells inference mode from no_grad.
        Assert.Throws<ExternalException>(() => _leaf * result);
        using (no_grad())
            result = _leaf * 2;
        Assert.True((_leaf * result).requires_grad);
    }

    [Fact]
    public void Inference_nests_in_other_modes()
    {
        using (no_grad())
        {
            using (inference_mode())
                Assert.False(is_grad_enabled());
            Assert.False(is_grad_enabled());
        }
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void Another_thread_has_a_mode_of_its_own()
    {
        var there = false;
        using (no_grad())
        {
            var thread = new Thread(() => there = is_grad_enabled());
            thread.Start();
            thread.Join();
        }
        Assert.True(there);
    }
}
