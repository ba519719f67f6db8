using FashionAE.Torch.Tests.Support;

namespace FashionAE.Torch.Tests.Training;

public sealed class CancellationTests : IDisposable
{
    private static readonly DenseArchitecture Architecture = new(FashionMnist.Shape) { HiddenSizes = [8], Dropout = [0.2] };

    private readonly TemporaryFolder _folder = new();
    private readonly ImageSet _images = SampleImages.First(60);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cancellation_in_the_first_epoch_leaves_the_initial_weights_and_no_record(bool isBefore)
    {
        using var model = ModelState.Build(Architecture);
        var initial = ModelState.Of(model);
        using var cancellation = new CancellationTokenSource();
        if (isBefore)
            cancellation.Cancel();
        var reports = 0;
        var progress = new ProgressAction(_ =>
        {
            reports++;
            cancellation.Cancel();
        });
        var options = new TrainingOptions { BatchSize = 2, CheckpointPath = _folder.File("checkpoint") };
        var history = new AutoencoderTrainer(model, options).Train(_images, progress: progress, cancellationToken: cancellation.Token);

        Assert.Equal(isBefore ? 0 : 1, reports); // the first report comes within the epoch, after 20 of 30 batches
        Assert.Equal(TrainingOutcome.Canceled, history.Outcome);
        Assert.Empty(history.Epochs);
        Assert.Null(history.Best);
        Assert.Equal(initial, ModelState.Of(model));
        Assert.False(model.training);
        Assert.Empty(_folder.FileNames);
    }

    [Fact]
    public void Cancellation_within_a_later_epoch_leaves_the_weights_of_the_best_one_before()
    {
        using var expected = ModelState.Build(Architecture);
        new AutoencoderTrainer(expected, new TrainingOptions { Epochs = 1, BatchSize = 2, Seed = 1 }).Train(_images);

        using var model = ModelState.Build(Architecture);
        using var cancellation = new CancellationTokenSource();
        var progress = new ProgressAction(p =>
        {
            if (p.Epoch == 2)
                cancellation.Cancel();
        });
        var history = new AutoencoderTrainer(model, new TrainingOptions { Epochs = 3, BatchSize = 2, Seed = 1 })
            .Train(_images, progress: progress, cancellationToken: cancellation.Token);
        Assert.Equal(TrainingOutcome.Canceled, history.Outcome);
        Assert.Single(history.Epochs);
        Assert.Equal(ModelState.Of(expected), ModelState.Of(model));
    }

    public void Dispose()
    {
        _images.Dispose();
        _folder.Dispose();
    }
}
