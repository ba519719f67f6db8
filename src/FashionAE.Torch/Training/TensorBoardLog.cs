using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Writes the course of a training for TensorBoard (<c>tensorboard --logdir FOLDER</c>): after every epoch the losses, the learning rate,
/// histograms of each number of the codes and, of images, pictures of some originals above their reconstructions. Where targets are not
/// the inputs, such as for a network that removes noise, the pictures are inputs, reconstructions and targets.
/// </summary>
/// <remarks>
/// <para>Add it to <see cref="TrainingOptions.Callbacks"/>, of a pipeline or of an <see cref="AutoencoderTrainer"/>. Of several ranks,
/// the first one writes.</para>
/// <para>The board is complete after every epoch, and can be read while training runs. A training that goes on from a checkpoint goes on
/// with the number of its epoch in the same folder. Give other trainings, such as the folds of a cross-validation, a folder and an object
/// each: TensorBoard draws what is in one folder as one line.</para>
/// <para>Up to 1,000 codes and 16 pictures are drawn, fewer where images are large; of two channels the first, of more than
/// three the first three.</para>
/// </remarks>
public sealed class TensorBoardLog : TrainingCallback
{
    private const int MostCodes = 1000;
    private const int MostValues = 1 << 22;
    private const int MostPictures = 16;
    private const int MostPixels = 1 << 20;

    private readonly string _folder;
    private readonly ImageSet? _images;
    private EventFile? _file;

    /// <summary>Initializes a new instance of the <see cref="TensorBoardLog"/> class.</summary>
    /// <param name="folder">The folder to write to, which is made where it is missing.</param>
    /// <param name="images">
    /// The images that are shown, at least one, of the model's shape; they stay the caller's, and must not be disposed before the training
    /// ends. Null for the first examples that the training holds out for validation, or else learns from.
    /// </param>
    /// <exception cref="ArgumentException">The folder has no name, or there are no images.</exception>
    public TensorBoardLog(string folder, ImageSet? images = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (images?.Count == 0)
            throw new ArgumentException("There are no images.", nameof(images));
        (_folder, _images) = (folder, images);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The images are not of the model's shape.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public override void OnTrainingBegin(TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (_images is { } images && (InputShape)images.Shape != state.Model.InputShape)
            throw new ArgumentException(
                $"The images for TensorBoard are {images.Shape}; the model is made for {state.Model.InputShape.Description}.");
        _file = state.Rank == 0 ? new EventFile(_folder) : null;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public override void OnEpochEnd(TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Record is { } record)
            _file?.Append(record.Epoch, [.. Scalars(record), .. Seen(state)]);
    }

    private static IEnumerable<ProtocolMessage> Scalars(EpochRecord record)
    {
        var numbers = new (string Tag, double? Value)[]
        {
            ("loss/train", record.TrainLoss), ("loss/validation", record.ValidationLoss), ("loss/test", record.TestLoss),
            ("learning rate", record.LearningRate),
        };
        return numbers.Where(number => number.Value is not null).Select(number => EventFile.Scalar(number.Tag, number.Value!.Value));
    }

    private List<ProtocolMessage> Seen(TrainingState state)
    {
        var (model, shape) = (state.Model, state.Model.InputShape);
        var shown = Math.Clamp(MostPixels / (shape.Height * shape.Width), 1, MostPictures);
        var (input, target) = Examples(state, Math.Clamp(MostValues / shape.Size, shown, MostCodes));
        var codes = model.Encode(input);
        var values = new List<ProtocolMessage>();
        for (var i = 0; i < model.LatentSize; i++)
        {
            double[] finite = [.. codes.select(1, i).to(ScalarType.Float64).cpu().data<double>().Where(double.IsFinite)];
            if (finite.Length > 0)
                values.Add(EventFile.Histogram($"code/{i + 1}", finite));
        }
        if (shape.IsVector)
            return values;
        shown = (int)Math.Min(shown, input.shape[0]);
        var isOriginal = ReferenceEquals(input, target);
        Tensor[] rows = [input.narrow(0, 0, shown), model.Decode(codes.narrow(0, 0, shown)), target.narrow(0, 0, shown)];
        var tag = isOriginal ? "originals above reconstructions" : "inputs, reconstructions, targets";
        values.Add(EventFile.Picture(tag, Draw(isOriginal ? rows[..2] : rows)));
        return values;
    }

    private (Tensor Input, Tensor Target) Examples(TrainingState state, int count)
    {
        if (_images is null)
        {
            var (input, target, _) = state.FirstExamples(count);
            return (input, target);
        }
        var images = _images.Batch(0, Math.Min(count, _images.Count)).to(state.Model.Device);
        return (images, images);
    }

    /// <summary>Draws batches below each other, the images of each, [N, C, H, W] in [0, 1], side by side.</summary>
    private static PngImage Draw(Tensor[] batches)
    {
        var channels = batches[0].shape[1] < 3 ? 1 : 3;
        var rows = Array.ConvertAll(batches, batch => batch.narrow(1, 0, channels).permute(2, 0, 3, 1).flatten(1, 2));
        var pixels = cat(rows, 0).Clamp(0, 1).Times(byte.MaxValue).round().to(ScalarType.Byte).cpu().contiguous();
        return new PngImage((int)pixels.shape[1], (int)pixels.shape[0], channels, pixels.data<byte>().ToArray());
    }
}
