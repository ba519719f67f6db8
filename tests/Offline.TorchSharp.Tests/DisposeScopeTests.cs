using System.Runtime.InteropServices;
using TorchSharp.Modules;

namespace Offline.TorchSharp.Tests;

public class DisposeScopeTests
{
    [Fact]
    public void Tensors_made_in_a_scope_die_with_it_and_others_live_on()
    {
        var before = ones([2]);
        Tensor made, computed;
        using (NewDisposeScope())
        {
            made = zeros([2]);
            computed = before + made;
            Assert.False(computed.IsInvalid);
        }
        Assert.True(made.IsInvalid);
        Assert.True(computed.IsInvalid);
        Assert.False(before.IsInvalid);
    }

    [Fact]
    public void A_scope_counts_what_it_holds()
    {
        using var scope = NewDisposeScope();
        var kept = ones([2]);
        var disposed = ones([2]);
        Assert.Equal(2, scope.DisposablesCount);
        Assert.True(scope.Contains(kept));
        disposed.Dispose();
        Assert.Equal(1, scope.DisposablesCount);
        Assert.False(scope.Contains(disposed));
    }

    [Fact]
    public void In_place_operators_and_reading_leave_nothing_behind()
    {
        var tensor = ones([1]);
        using var scope = NewDisposeScope();
        tensor.add_(1).mul_(2);
        _ = tensor.item<float>();
        _ = tensor.shape;
        _ = tensor.data<float>().ToArray();
        Assert.Equal(0, scope.DisposablesCount);
    }

    [Fact]
    public void What_is_moved_out_dies_with_the_outer_scope()
    {
        Tensor one, two, three;
        using (var outer = NewDisposeScope())
        {
            using (var inner = NewDisposeScope())
            {
                one = inner.MoveToOuter(ones([1]));
                (two, three) = inner.MoveToOuter(ones([2]), ones([3]));
                Assert.False(inner.Contains(one));
            }
            Assert.All([one, two, three], tensor => Assert.False(tensor.IsInvalid));
            Assert.Equal(3, outer.DisposablesCount);
        }
        Assert.All([one, two, three], tensor => Assert.True(tensor.IsInvalid));
    }

    [Fact]
    public void What_is_moved_out_of_the_outermost_scope_belongs_to_none()
    {
        Tensor tensor;
        using (var scope = NewDisposeScope())
            tensor = scope.MoveToOuter(ones([1]));
        Numbers.Equal(new[] { 1 }, tensor, 0);
        tensor.Dispose();
    }

    [Fact]
    public void What_is_detached_belongs_to_no_scope()
    {
        Tensor one, two;
        using (NewDisposeScope())
        using (var inner = NewDisposeScope())
        {
            one = inner.Detach(ones([1]));
            two = ones([1]).DetachFromDisposeScope();
            Assert.Equal(0, inner.DisposablesCount);
        }
        Numbers.Equal(new[] { 2 }, one + two, 0);
    }

    [Fact]
    public void A_tensor_can_move_itself()
    {
        Tensor one;
        using (var outer = NewDisposeScope())
        {
            using (NewDisposeScope())
                one = ones([1]).MoveToOuterDisposeScope();
            Assert.True(outer.Contains(one));
        }
        Assert.True(one.IsInvalid);
    }

    [Fact]
    public void A_scope_lets_go_of_nothing_that_is_not_its_own()
    {
        Tensor mine, moved;
        using (NewDisposeScope())
        {
            (mine, moved) = (ones([1]), ones([1]));
            using (NewDisposeScope())
            using (var innermost = NewDisposeScope())
            {
                innermost.Detach(mine);
                innermost.MoveToOuter(moved);
            }
            Assert.False(mine.IsInvalid);
            Assert.False(moved.IsInvalid);
        }
        Assert.True(mine.IsInvalid);
        Assert.True(moved.IsInvalid);
    }

    [Fact]
    public void What_is_attached_dies_with_its_new_scope()
    {
        using var _ = NewDisposeScope();
        var tensor = ones([1]);
        using (var inner = NewDisposeScope())
        {
            inner.Attach(tensor);
            Assert.True(inner.Contains(tensor));
        }
        Assert.True(tensor.IsInvalid);
    }

    [Fact]
    public void Anything_that_can_be_disposed_can_be_attached()
    {
        var stream = new MemoryStream();
        using (var scope = NewDisposeScope())
        {
            scope.Attach(stream);
            Assert.True(scope.Contains(stream));
        }
        Assert.False(stream.CanRead);
    }

    [Fact]
    public void A_scope_can_be_emptied_and_used_again()
    {
        using var scope = NewDisposeScope();
        var one = ones([1]);
        scope.DisposeEverything();
        Assert.True(one.IsInvalid);
        Assert.Equal(0, scope.DisposablesCount);
        var two = ones([1]);
        Assert.Equal(1, scope.DisposablesCount);
        Assert.False(two.IsInvalid);
    }

    [Fact]
    public void The_innermost_scope_is_the_current_one()
    {
        Assert.Null(CurrentDisposeScope);
        using (var outer = NewDisposeScope())
        {
            Assert.Same(outer, CurrentDisposeScope);
            using (var inner = NewDisposeScope())
                Assert.Same(inner, CurrentDisposeScope);
            Assert.Same(outer, CurrentDisposeScope);
        }
        Assert.Null(CurrentDisposeScope);
    }

    [Fact]
    public void A_scope_that_ended_never_becomes_the_current_one_again()
    {
        var outer = NewDisposeScope();
        var inner = NewDisposeScope();
        outer.Dispose();
        Assert.Same(inner, CurrentDisposeScope);
        inner.Dispose();
        Assert.Null(CurrentDisposeScope);
    }

    [Fact]
    public void An_exception_ends_the_scopes_that_it_leaves()
    {
        Tensor? tensor = null;
        Assert.Throws<ExternalException>(() =>
        {
            using var outer = NewDisposeScope();
            using var inner = NewDisposeScope();
            tensor = ones([1]);
            tensor.view(2);
        });
        Assert.True(tensor!.IsInvalid);
        Assert.Null(CurrentDisposeScope);
    }

    [Fact]
    public void Tensors_of_another_thread_are_not_in_this_threads_scope()
    {
        Tensor? theirs = null;
        DisposeScope? scopeThere = null;
        using (var scope = NewDisposeScope())
        {
            var thread = new Thread(() =>
            {
                scopeThere = CurrentDisposeScope;
                theirs = ones([1]);
            });
            thread.Start();
            thread.Join();
            Assert.Equal(0, scope.DisposablesCount);
        }
        Assert.Null(scopeThere);
        Assert.False(theirs!.IsInvalid);
    }

    [Fact]
    public void Parameters_and_buffers_of_a_module_outlive_the_scope_in_which_it_was_made()
    {
        nn.Module<Tensor, Tensor> module;
        Parameter free;
        using (NewDisposeScope())
        {
            module = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3));
            module.register_buffer("own", ones([1]));
            free = new Parameter(ones([1]));
        }
        Assert.All(module.state_dict().Values, tensor => Assert.False(tensor.IsInvalid));
        Assert.True(free.IsInvalid);
        Assert.Equal([4, 3], module.call(ones([4, 2])).shape);
        module.Dispose();
    }

    [Fact]
    public void A_gradient_outlives_the_scope_in_which_it_was_read()
    {
        var leaf = ones([1], requires_grad: true);
        using (NewDisposeScope())
        {
            (leaf * 3).sum().backward();
            Numbers.Equal(new[] { 3 }, leaf.grad!, 0);
        }
        Numbers.Equal(new[] { 3 }, leaf.grad!, 0);
    }
}
