namespace Offline.TorchSharp.Tests;

public class StateDictTests
{
    private readonly nn.Module<Tensor, Tensor> _model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2));

    [Fact]
    public void The_state_is_the_modules_own_memory()
    {
        var input = ones([4, 3]);
        var state = _model.state_dict();
        using (no_grad())
            foreach (var (_, value) in state)
                value.zero_();
        _model.eval();
        Numbers.Equal(new double[4, 2], _model.call(input), 0);
    }

    [Fact]
    public void A_prefix_is_put_before_every_name()
    {
        var state = new Dictionary<string, Tensor> { ["mine"] = zeros([1]) };
        _model.state_dict(state, "net");
        Assert.Contains("mine", state.Keys);
        Assert.Contains("net.0.weight", state.Keys);
        Assert.Contains("net.1.running_var", state.Keys);
        Assert.Equal(8, state.Count);
    }

    [Fact]
    public void A_loaded_state_is_a_copy_of_the_source()
    {
        var source = Source();
        var expected = source.ToDictionary(entry => entry.Key, entry => Numbers.Bits(entry.Value));
        var (missing, unexpected) = _model.load_state_dict(source);
        foreach (var (_, value) in source)
            value.Dispose();

        Assert.Empty(missing);
        Assert.Empty(unexpected);
        foreach (var (name, value) in _model.state_dict())
            Assert.Equal(expected[name], Numbers.Bits(value));
        Assert.All(_model.parameters(), parameter => Assert.True(parameter.requires_grad && parameter.is_leaf));
    }

    [Fact]
    public void A_missing_or_an_unexpected_name_fails_and_changes_nothing()
    {
        var before = Bits();
        var incomplete = Source();
        incomplete.Remove("0.bias");
        Assert.Throws<InvalidOperationException>(() => _model.load_state_dict(incomplete));
        var overfull = Source();
        overfull["2.weight"] = zeros([1]);
        Assert.Throws<InvalidOperationException>(() => _model.load_state_dict(overfull));
        Assert.Equal(before, Bits());
    }

    [Fact]
    public void Without_strictness_what_fits_is_loaded_and_the_rest_is_told()
    {
        var source = Source();
        var before = Numbers.Bits(_model.state_dict()["0.bias"]);
        source.Remove("0.bias");
        source["2.weight"] = zeros([1]);
        var (missing, unexpected) = _model.load_state_dict(source, strict: false);
        Assert.Equal(["0.bias"], missing);
        Assert.Equal(["2.weight"], unexpected);
        Assert.Equal(Numbers.Bits(source["0.weight"]), Numbers.Bits(_model.state_dict()["0.weight"]));
        Assert.Equal(before, Numbers.Bits(_model.state_dict()["0.bias"]));
    }

    [Fact]
    public void What_is_skipped_is_neither_loaded_nor_missed()
    {
        var source = Source();
        var before = Numbers.Bits(_model.state_dict()["0.bias"]);
        _model.load_state_dict(source, skip: ["0.bias"]);
        Assert.Equal(before, Numbers.Bits(_model.state_dict()["0.bias"]));
        source.Remove("0.bias");
        _model.load_state_dict(source, skip: ["0.bias"]);
    }

    [Fact]
    public void A_tensor_of_another_shape_is_refused()
    {
        // [1, 3] could be broadcast to [2, 3]: that would be a wrong model, not a loaded one.
        var before = Bits();
        var source = Source();
        source["0.weight"] = ones([1, 3]);
        Assert.ThrowsAny<SystemException>(() => _model.load_state_dict(source));
        Assert.Equal(before, Bits());
    }

    [Fact]
    public void Buffers_that_do_not_persist_are_no_part_of_the_state()
    {
        _model.register_buffer("temporary", zeros([1]), persistent: false);
        _model.register_buffer("lasting", zeros([1]));
        Assert.DoesNotContain("temporary", _model.state_dict().Keys);
        Assert.Contains("lasting", _model.state_dict().Keys);
        Assert.Equal(["lasting", "temporary"], _model.named_buffers(recurse: false).Select(b => b.name).Order());
        Assert.Equal(["lasting"], _model.named_buffers(recurse: false, include_nonpersistent: false).Select(b => b.name));
    }

    private Dictionary<string, Tensor> Source()
    {
        var random = 1;
        return _model.state_dict().ToDictionary(
            entry => entry.Key,
            entry => from_array(Numbers.Draw(random++, (int)entry.Value.NumberOfElements)).mul_(100).reshape(entry.Value.shape).to(entry.Value.dtype));
    }

    private byte[] Bits() => [.. _model.state_dict().Values.SelectMany(Numbers.Bits)];
}
