using System.IO.Compression;
using System.Text.Json;

namespace FashionAE.Cli;

/// <summary>
/// An anomaly detector in an ML.NET model file: a pipeline from picture paths to verdicts. An extra entry of the file holds the settings of
/// the training.
/// </summary>
internal sealed class DetectorModel : IDisposable
{
    public const string Path = nameof(PictureRow.ImagePath);
    public const string Pixels = "Pixels";
    public const string Score = "Score";
    public const string PredictedLabel = "PredictedLabel";
    public const string Probability = "Probability";
    public const string ErrorMap = "Where";
    public const string Mask = "Mask";

    private const string SettingsEntry = "fashionae-detect.json";

    // Pixels are cached up to this size, so that each picture is decoded only once.
    private const long MostCachedBytes = 1L << 29;

    private DetectorModel(ITransformer pipeline, DetectSettings settings)
    {
        (Pipeline, Settings) = (pipeline, settings);
        Threshold = pipeline.GetScoringSteps().OfType<AutoencoderTransformer>().Single().Threshold!.Value;
    }

    /// <summary>Gets the pipeline from ImagePath to verdicts.</summary>
    public ITransformer Pipeline { get; }

    public DetectSettings Settings { get; }

    /// <summary>Gets the score above which a picture is an anomaly.</summary>
    public float Threshold { get; }

    /// <summary>Trains a detector and writes it to a file atomically.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="normal">The paths of the normal pictures. All of them must be readable.</param>
    /// <param name="settings">The complete settings.</param>
    /// <param name="training">The options of this run that are not saved: device, checkpoint and cancellation.</param>
    /// <param name="file">The path of the model file.</param>
    public static void Train(
        MLContext ml, IReadOnlyList<PictureRow> normal, DetectSettings settings, AutoencoderAnomalyTrainer.Options training, string file)
    {
        var paths = ml.Data.LoadFromEnumerable(normal);
        var load = ml.Transforms.LoadPixels(Pixels, null, Path, settings.PixelsOf(settings.Shape)).Fit(paths);
        var pixels = load.Transform(paths);
        if (normal.Count * (long)settings.Shape.Size * sizeof(float) <= MostCachedBytes)
            pixels = ml.Data.Cache(pixels, Pixels);
        AutoencoderTransformer? trained = null;
        TrainingDisplay.Show($"a detector on {normal.Count:N0} pictures of {settings.Shape}", progress =>
        {
            trained = ml.AnomalyDetection.Trainers.Autoencoder(Complete(training, settings, normal.Count, progress)).Fit(pixels);
            return trained.History!;
        });
        using var detector = trained!;
        var pipeline = new TransformerChain<ITransformer>(load, detector);
        using var saved = new MemoryStream();
        ml.Model.Save(pipeline, paths.Schema, saved);
        using (var zip = new ZipArchive(saved, ZipArchiveMode.Update, leaveOpen: true))
        using (var entry = zip.CreateEntry(SettingsEntry).Open())
            JsonSerializer.Serialize(entry, settings);
        AtomicFile.Write(file, stream => saved.WriteTo(stream));
    }

    /// <summary>Loads a detector.</summary>
    /// <exception cref="InvalidDataException">The file is not a model that detect has trained.</exception>
    public static DetectorModel Load(MLContext ml, string file)
    {
        if (!File.Exists(file))
            throw new FileNotFoundException(
                $"There is no model '{file}': use the model.zip that 'fashionae detect --normal' wrote.");
        if (ReadSettings(file) is not { } settings)
            throw new InvalidDataException(
                $"{file} is not a model of 'fashionae detect': use the model.zip that 'fashionae detect --normal' wrote.");
        try
        {
            return new DetectorModel(EncodingModel.Read(ml, file, out _), settings);
        }
        catch (InvalidDataException e)
        {
            // Replace the remedy, which is for models of any kind.
            throw new InvalidDataException(
                $"{file} cannot be loaded ({ErrorMessage.ReasonOf(e.GetBaseException()).TrimEnd('.')}): train it again with --normal.", e);
        }
    }

    public void Dispose() => (Pipeline as IDisposable)?.Dispose();

    /// <summary>Reads the settings of a detector; null if the file is not one.</summary>
    private static DetectSettings? ReadSettings(string file)
    {
        using var stream = AtomicFile.OpenRead(file);
        try
        {
            using var zip = new ZipArchive(stream);
            using var entry = zip.GetEntry(SettingsEntry)?.Open();
            var settings = entry is null ? null : JsonSerializer.Deserialize<DetectSettings>(entry);
            return settings is { Size: { Width: > 0, Height: > 0 }, Channels: 1 or 3 } ? settings : null;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            return null;
        }
    }

    private static AutoencoderAnomalyTrainer.Options Complete(
        AutoencoderAnomalyTrainer.Options training, DetectSettings settings, int pictures, IProgress<TrainingProgress> progress) =>
        training with
        {
            FeatureColumnName = Pixels,
            Score = DetectSettings.Score,
            Threshold = AnomalyThreshold.HeldOutQuantile(1 - settings.FalseAlarms),
            HeldOutFraction = settings.HeldOutFractionOf(pictures),
            ProbabilityColumnName = Probability,
            ErrorMapColumnName = ErrorMap,
            MaskColumnName = Mask,
            IsErrorMapWeighted = true,
            PixelFalseAlarms = DetectSettings.PixelFalseAlarms,
            Smoothing = DetectSettings.Smoothing,
            Architecture = settings.Network(),
            Epochs = settings.EpochsFor(pictures),
            BatchSize = DetectSettings.BatchSize,
            LearningRate = 2e-3,
            Schedule = new OneCycleSchedule(),
            Seed = settings.Seed,
            Callbacks = [new TrainingReports(progress)],
        };
}
