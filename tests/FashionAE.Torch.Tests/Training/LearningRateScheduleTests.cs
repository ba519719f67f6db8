using FashionAE.Torch.Tests.Support;

namespace FashionAE.Torch.Tests.Training;

public class LearningRateScheduleTests
{
    private const int Epochs = 5;
    private const int Batches = 4;

    public static TheoryData<string, TrainingOptions> Recorded => new()
    {
        { "one_cycle", new TrainingOptions { Schedule = new OneCycleSchedule() } },
        { "one_cycle_of_other_shape", new TrainingOptions { Schedule = new OneCycleSchedule(0.25, 10, 100) } },
        { "cosine", new TrainingOptions { Schedule = new CosineSchedule() } },
        { "cosine_to_a_tenth", new TrainingOptions { Schedule = new CosineSchedule(0.1) } },
        { "warm_up_then_cosine", new TrainingOptions { Schedule = new CosineSchedule(), WarmUpEpochs = 1 } },
    };

    [Theory]
    [MemberData(nameof(Recorded))]
    public void The_learning_rate_of_every_step_is_that_of_PyTorch(string name, TrainingOptions options)
    {
        var expected = TestFiles.GoldenJson("schedules.json").GetProperty(name).EnumerateArray().Select(r => r.GetDouble()).ToArray();
        var actual = Rates(options with { Epochs = Epochs, LearningRate = 4e-3 }, Enumerable.Repeat(1.0, Epochs));
        // For some schedules, PyTorch accumulates the steps.
        TensorValues.AssertClose(expected, [.. actual.SelectMany(rates => rates)], 1e-15);
    }

    [Fact]
    public void The_learning_rate_falls_on_a_plateau_as_in_PyTorch()
    {
        var golden = TestFiles.GoldenJson("dense_training.json");
        double[] Numbers(string name) => [.. golden.GetProperty(name).EnumerateArray().Select(n => n.GetDouble())];
        var options = new TrainingOptions { LearningRate = 2e-3, Schedule = new PlateauSchedule(0.5, 2, 1e-2) };
        var losses = Numbers("losses");
        // The rate that PyTorch has after a loss is that of the next epoch.
        var rates = Rates(options with { Epochs = losses.Length + 1 }, losses.Append(0)).Skip(1).ToArray();
        Assert.All(rates, epoch => Assert.Equal(epoch[0], epoch[^1]));
        Assert.Equal(Numbers("learning_rates"), rates.Select(epoch => epoch[0]));
        Assert.Equal(1e-3, rates[^1][0]);
    }

    [Fact]
    public void Without_a_schedule_the_learning_rate_rises_evenly_and_stays()
    {
        var rates = Rates(new TrainingOptions { LearningRate = 1, WarmUpEpochs = 0.75 }, [1, 1]).SelectMany(r => r).ToArray();
        TensorValues.AssertClose([1 / 3.0, 2 / 3.0, 1, 1, 1, 1, 1, 1], rates, 1e-15);
    }

    [Fact]
    public void The_history_has_the_learning_rate_at_the_end_of_every_epoch()
    {
        using var images = SampleImages.First(40);
        using var model = ModelState.Build(new ConvolutionalArchitecture(FashionMnist.Shape) { Channels = [2] });
        var options = new TrainingOptions { Epochs = Epochs, BatchSize = 10, LearningRate = 4e-3, Schedule = new OneCycleSchedule() };
        var history = new AutoencoderTrainer(model, options).Train(images);
        var rates = TestFiles.GoldenJson("schedules.json").GetProperty("one_cycle").EnumerateArray().Select(r => r.GetDouble()).ToArray();
        double[] expected = [rates[3], rates[7], rates[11], rates[15], rates[19]];
        TensorValues.AssertClose(expected, [.. history.Epochs.Select(e => e.LearningRate)], 1e-15);
    }

    private static IEnumerable<double[]> Rates(TrainingOptions options, IEnumerable<double> losses)
    {
        var before = new List<EpochRecord>();
        foreach (var loss in losses)
        {
            var rateAt = options.LearningRates(before, Batches);
            yield return [.. Enumerable.Range(0, Batches).Select(rateAt)];
            before.Add(new EpochRecord(before.Count + 1, loss, null, null, 1, 0));
        }
    }
}
