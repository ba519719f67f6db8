using TorchSharp.Modules;

namespace Offline.TorchSharp.Tests;

public class ModuleTests
{
    [Fact]
    public void Fields_of_a_users_module_are_registered_under_their_names()
    {
        using var module = new Scaled();
        Assert.Equal(["_scale", "_inner.weight", "_inner.bias"], module.named_parameters().Select(p => p.name));
        Assert.Equal(["_shift"], module.named_buffers().Select(b => b.name));
        Assert.Equal(["_inner"], module.named_children().Select(m => m.name));
        Assert.Equal(["_inner.bias", "_inner.weight", "_scale", "_shift"], module.state_dict().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Parameters_and_buffers_can_be_listed_without_those_of_children()
    {
        using var module = new Scaled();
        Assert.Equal(3, module.parameters().Count());
        Assert.Single(module.parameters(recurse: false));
        Assert.Single(module.buffers());
        Assert.All(module.parameters(), parameter => Assert.True(parameter.requires_grad));
        Assert.All(module.buffers(), buffer => Assert.False(buffer.requires_grad));
    }

    [Fact]
    public void A_users_module_is_trained_through_its_fields()
    {
        using var module = new Scaled();
        module.call(ones([4, 2])).sum().backward();
        Assert.All(module.parameters(), parameter => Assert.NotNull(parameter.grad));
        module.zero_grad(set_to_none: false);
        Assert.All(module.parameters(), parameter => Assert.All(Numbers.Of(parameter.grad!), g => Assert.Equal(0, g)));
        module.zero_grad();
        Assert.All(module.parameters(), parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void A_name_is_given_once()
    {
        using var module = nn.Linear(2, 2);
        Assert.Throws<InvalidOperationException>(() => module.register_parameter("weight", new Parameter(zeros([1]))));
        Assert.Throws<InvalidOperationException>(() => module.register_module("weight", nn.ReLU()));
    }

    [Fact]
    public void Training_and_evaluation_reach_all_descendants()
    {
        using var model = nn.Sequential(nn.Sequential(nn.Dropout(), nn.BatchNorm1d(2)), new Scaled());
        Assert.True(model.training);
        model.eval();
        Assert.False(model.training);
        Assert.All(model.modules(), module => Assert.False(module.training));
        model.train();
        Assert.True(model.training);
        Assert.All(model.modules(), module => Assert.True(module.training));
        model.train(false);
        Assert.All(model.modules(), module => Assert.False(module.training));
    }

    [Fact]
    public void A_function_is_applied_to_children_first_and_then_to_the_module()
    {
        using var model = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.ReLU()));
        var names = new List<string>();
        model.apply(module => names.Add(module.GetName()));
        Assert.Equal(["Linear", "ReLU", "Sequential", "Sequential"], names);
    }

    [Fact]
    public void Dispose_frees_the_parameters_and_buffers_of_all_descendants()
    {
        var model = nn.Sequential(nn.Sequential(nn.Linear(2, 2)), nn.BatchNorm1d(2), new Scaled());
        Tensor[] tensors = [.. model.parameters(), .. model.buffers()];
        Assert.Equal(11, tensors.Length);
        Assert.All(tensors, tensor => Assert.False(tensor.IsInvalid));
        model.Dispose();
        Assert.All(tensors, tensor => Assert.True(tensor.IsInvalid));
        Assert.Throws<InvalidOperationException>(() => model.call(ones([3, 2])));
        model.Dispose();
    }

    [Fact]
    public void A_parameter_takes_its_tensor_over()
    {
        var data = ones([2]);
        var parameter = new Parameter(data);
        Assert.True(data.IsInvalid);
        Assert.True(parameter.requires_grad);
        Assert.True(parameter.is_leaf);
        Numbers.Equal(new[] { 1, 1 }, parameter, 0);
        Assert.False(new Parameter(ones([2]), requires_grad: false).requires_grad);
    }

    [Fact]
    public void A_module_that_is_on_its_device_stays_as_it_is()
    {
        using var module = nn.Linear(2, 2);
        Tensor[] before = [.. module.parameters()];
        Assert.Same(module, module.to(CPU));
        Assert.Same(module, module.cpu());
        Assert.Equal(before, module.parameters());
    }

    [Fact]
    public void Moving_a_module_moves_parameters_buffers_and_the_fields_that_hold_them()
    {
        using var module = new Scaled();
        module.to(device("meta"));
        Assert.All(module.parameters(), parameter => Assert.Equal(DeviceType.META, parameter.device_type));
        Assert.All(module.buffers(), buffer => Assert.Equal(DeviceType.META, buffer.device_type));
        Assert.Equal(DeviceType.META, module.call(ones([4, 2], device: device("meta"))).device_type);
        Assert.All(module.parameters(), parameter => Assert.True(parameter.requires_grad && parameter.is_leaf));
    }

    [Fact]
    public void What_the_stand_in_lacks_is_refused()
    {
        Assert.Throws<NotSupportedException>(() => nn.Conv2d(2, 2, 3, dilation: 2));
        Assert.Throws<NotSupportedException>(() => nn.Conv2d(2, 2, 3, groups: 2));
        Assert.Throws<NotSupportedException>(() => nn.ConvTranspose2d(2, 2, 3, padding_mode: PaddingModes.Circular));
        Assert.Throws<NotSupportedException>(() => nn.BatchNorm1d(2, affine: false));
        Assert.Throws<NotSupportedException>(() => nn.Linear(2, 2, dtype: float64));
    }

    [Fact]
    public void Modules_remember_what_they_were_made_with()
    {
        using var linear = nn.Linear(2, 3);
        using var convolution = nn.Conv2d(2, 3, 5, stride: 2, padding: 1);
        using var transposed = nn.ConvTranspose2d(2, 3, 5, stride: 2, padding: 1, output_padding: 1);
        Assert.Equal((2, 3), (linear.in_features, linear.out_features));
        Assert.Equal([2, 2], convolution.stride);
        Assert.Equal([1, 1], convolution.padding);
        Assert.Equal([3, 4, 4], convolution.call(zeros([2, 9, 9])).shape);
        Assert.Equal([1, 1], transposed.output_padding);
        Assert.Equal([3, 20, 20], transposed.call(zeros([2, 9, 9])).shape);
    }

    private sealed class Scaled : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter _scale = new(full([3], 2));
        private readonly Tensor _shift = full([3], 1);
        private readonly Linear _inner = nn.Linear(2, 3);

        public Scaled()
            : base(nameof(Scaled)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _inner.call(input) * _scale + _shift;
    }
}
