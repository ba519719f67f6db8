using TorchSharp.Modules;

namespace Offline.TorchSharp.Tests;

public class OptimizerStateTests
{
    [Theory]
    [InlineData(false, torch.ScalarType.Float32)]
    [InlineData(true, torch.ScalarType.Float32)]
    [InlineData(false, torch.ScalarType.Float64)]
    public void A_restored_optimizer_goes_on_as_the_saved_one_bit_by_bit(bool decoupled, ScalarType type)
    {
        var (saved, savedOptimizer) = Make(decoupled, type);
        Train(saved, savedOptimizer, 0, 5);
        var state = Save(savedOptimizer);

        var (restored, restoredOptimizer) = Make(decoupled, type);
        using (no_grad())
            foreach (var (target, source) in restored.Zip(saved))
                target.copy_(source);
        Load(restoredOptimizer, state);

        Train(saved, savedOptimizer, 5, 10);
        Train(restored, restoredOptimizer, 5, 10);
        foreach (var (one, other) in saved.Zip(restored))
            Assert.Equal(Numbers.Bits(one), Numbers.Bits(other));
    }

    [Fact]
    public void Without_the_state_the_steps_differ()
    {
        // So that the test above would notice a state that was not restored.
        var (saved, savedOptimizer) = Make(false, float32);
        Train(saved, savedOptimizer, 0, 5);
        var (fresh, freshOptimizer) = Make(false, float32);
        using (no_grad())
            foreach (var (target, source) in fresh.Zip(saved))
                target.copy_(source);
        Train(saved, savedOptimizer, 5, 6);
        Train(fresh, freshOptimizer, 5, 6);
        Assert.NotEqual(Numbers.Bits(saved[0]), Numbers.Bits(fresh[0]));
    }

    [Fact]
    public void The_learning_rates_are_part_of_the_state()
    {
        var (_, optimizer) = Make(false, float32);
        optimizer.ParamGroups.Single().LearningRate = 0.25;
        var state = Save(optimizer);
        var (_, other) = Make(false, float32);
        other.ParamGroups.Single().InitialLearningRate = 3;
        Load(other, state);
        Assert.Equal(0.25, other.ParamGroups.Single().LearningRate);
        Assert.Equal(0.01, other.ParamGroups.Single().InitialLearningRate);
    }

    [Fact]
    public void The_state_of_another_kind_of_optimizer_is_refused()
    {
        var state = Save(Make(false, float32).Optimizer);
        var error = Assert.Throws<InvalidDataException>(() => Load(Make(true, float32).Optimizer, state));
        Assert.Contains("AdamW", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_state_of_other_parameters_is_refused()
    {
        var state = Save(Make(false, float32).Optimizer);
        using var fewer = optim.Adam([new Parameter(zeros([2, 3]))]);
        Assert.Throws<InvalidDataException>(() => Load(fewer, state));
    }

    [Fact]
    public void A_state_that_was_cut_off_is_refused_wherever_it_ends()
    {
        var state = Save(Make(false, float32).Optimizer);
        for (var length = 0; length < state.Length; length++)
        {
            var (_, optimizer) = Make(false, float32);
            Assert.Throws<EndOfStreamException>(() => Load(optimizer, state[..length]));
        }
        Load(Make(false, float32).Optimizer, state);
    }

    [Fact]
    public void States_can_follow_each_other_in_one_stream()
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            Make(false, float32).Optimizer.save_state_dict(writer);
            Make(true, float32).Optimizer.save_state_dict(writer);
            writer.Write("end");
        }
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        Make(false, float32).Optimizer.load_state_dict(reader);
        Make(true, float32).Optimizer.load_state_dict(reader);
        Assert.Equal("end", reader.ReadString());
    }

    private static (Parameter[] Parameters, OptimizerHelper Optimizer) Make(bool decoupled, ScalarType type)
    {
        Parameter[] parameters = [new(from_array(Numbers.Draw(1, 2, 3), type)), new(from_array(Numbers.Draw(2, 4), type))];
        return (parameters, decoupled ? optim.AdamW(parameters, 0.01, weight_decay: 0.1) : optim.Adam(parameters, 0.01));
    }

    private static void Train(Parameter[] parameters, OptimizerHelper optimizer, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            foreach (var parameter in parameters)
                parameter.grad = from_array(Numbers.Draw(step, (int)parameter.NumberOfElements), parameter.dtype).reshape(parameter.shape);
            optimizer.step();
        }
    }

    private static byte[] Save(OptimizerHelper optimizer)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        optimizer.save_state_dict(writer);
        writer.Flush();
        return stream.ToArray();
    }

    private static void Load(OptimizerHelper optimizer, byte[] state)
    {
        using var reader = new BinaryReader(new MemoryStream(state));
        optimizer.load_state_dict(reader);
    }
}
