using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FashionAE.Cli.Output;

/// <summary>
/// Writes the course of a training for TensorBoard: losses and learning rate, and after every epoch some images above what the model makes
/// of them, and their codes.
/// </summary>
internal sealed class TensorBoardLog : TrainingCallback
{
    private const int Pictures = 16;
    private const int Codes = 1000;

    private readonly SummaryWriter _writer;
    private readonly ImageSet _images;
    private readonly Device _device;

    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public TensorBoardLog(string folder, ImageSet images, Device device)
    {
        (_images, _device) = (images, device);
        _writer = utils.tensorboard.SummaryWriter(folder);
    }

    public override void OnEpochEnd(TrainingState state)
    {
        var (model, epoch) = (state.Model, state.Record!);
        foreach (var (name, number) in new[]
        {
            ("loss/train", epoch.TrainLoss), ("loss/validation", epoch.ValidationLoss), ("loss/test", epoch.TestLoss),
            ("learning rate", epoch.LearningRate),
        })
            if (number is { } present)
                _writer.add_scalar(name, (float)present, epoch.Epoch);

        var images = _images.Batch(0, Math.Min(Codes, _images.Count)).to(_device);
        var codes = model.Encode(images);
        for (var i = 0; i < model.LatentSize; i++)
            _writer.add_histogram($"code/{i + 1}", codes.select(1, i).cpu(), epoch.Epoch);
        var shown = Math.Min(Pictures, _images.Count);
        var pictures = cat([SideBySide(images.narrow(0, 0, shown)), SideBySide(model.Decode(codes.narrow(0, 0, shown)))], 1);
        _writer.add_img("originals above reconstructions", pictures.cpu(), epoch.Epoch);
    }

    /// <summary>[N, C, H, W] to [C, H, N W].</summary>
    private static Tensor SideBySide(Tensor images) => images.permute(1, 2, 0, 3).flatten(2);
}
