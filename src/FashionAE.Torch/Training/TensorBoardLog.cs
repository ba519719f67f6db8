using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Writes a training's progress for TensorBoard (<c>tensorboard --logdir FOLDER</c>). After every epoch it logs the losses, the learning
/// rate and a histogram for each element of the latent vectors (codes). For images it also logs a picture of originals above their
/// reconstructions. If the targets differ from the inputs, as for a network that removes noise, the picture shows inputs, reconstructions
/// and targets.
/// </summary>
/// <remarks>
/// <para>Add an instance to <see cref="TrainingOptions.Callbacks"/>, for a pipeline or an <see cref="AutoencoderTrainer"/>. If there are
/// several ranks, only rank 0 writes.</para>
/// <para>The log is complete after every epoch, and can be read while training runs. A resumed training continues in the same folder with
/// the next epoch number. Use a separate folder and a separate instance for every other training, such as each fold of a cross-validation:
/// TensorBoard draws one line for each folder.</para>
/// <para>The latent vectors of at most 1,000 examples and the pictures of at most 16 are logged, and fewer if images are large. Of two
/// channels, the picture shows the first. Of more than three, it shows the first three.</para>
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
    /// <param name="folder">The folder to write to. It is created if it does not exist.</param>
    /// <param name="images">
    /// The images to show, at least one, of the model's shape. The caller keeps ownership, and must not dispose them before the training
    /// ends. Null for the first validation examples, or the first training examples if there is no validation.
    /// </param>
    /// <exception cref="ArgumentException">The folder name is empty, or there are no images.</exception>
    public TensorBoardLog(string folder, ImageSet? images = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (images?.Count == 0)
            throw new ArgumentException("There are no images.", nameof(images));
        (_folder, _images) = (folder, images);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The images do not have the model's input shape.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public override void OnTrainingBegin(TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (_images is { } images && (InputShape)images.Shape != state.Model.InputShape)
            throw new ArgumentException(
                $"The images for TensorBoard are {images.Shape}; the model needs {state.Model.InputShape.Description}.");
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

    /// <summary>Draws batches of images [N, C, H, W] in [0, 1]: one row for each batch, with its images side by side.</summary>
    private static PngImage Draw(Tensor[] batches)
    {
        var channels = batches[0].shape[1] < 3 ? 1 : 3;
        var rows = Array.ConvertAll(batches, batch => batch.narrow(1, 0, channels).permute(2, 0, 3, 1).flatten(1, 2));
        var pixels = cat(rows, 0).Clamp(0, 1).Times(byte.MaxValue).round().to(ScalarType.Byte).cpu().contiguous();
        return new PngImage((int)pixels.shape[1], (int)pixels.shape[0], channels, pixels.data<byte>().ToArray());
    }
}
