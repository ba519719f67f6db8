using System.Diagnostics;
using FashionAE.Torch.Tests.Support;

namespace FashionAE.Torch.Tests.Training;

public class TrainingTelemetryTests
{
    [Fact]
    public void A_training_is_an_activity_with_an_event_for_each_epoch()
    {
        using var parent = new Activity("test").Start();
        Activity? training = null;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "FashionAE",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => training = activity.ParentId == parent.Id ? activity : training,
        };
        ActivitySource.AddActivityListener(listener);
        using var model = new DenseArchitecture(FashionMnist.Shape, 3) { HiddenSizes = [8] }.Build(1);
        var history = new AutoencoderTrainer(model, new TrainingOptions { Epochs = 2, BatchSize = 20, Seed = 1 })
            .Train(SampleImages.First(60));
        Assert.Equal("fashionae.train", training?.OperationName);
        Assert.Equal(3, training!.GetTagItem("fashionae.latent_size"));
        Assert.Equal("Completed", training.GetTagItem("fashionae.outcome"));
        Assert.Equal(
            history.Epochs.Select(epoch => (object?)epoch.TrainLoss),
            training.Events.Select(epoch => epoch.Tags.Single(tag => tag.Key == "fashionae.loss.train").Value));
        Assert.Same(parent, Activity.Current);
    }
}
