using FashionAE.MLNet.Persistence;
using FashionAE.MLNet.Training;
using FashionAE.Torch.Data;
using FashionAE.Torch.Models;
using FashionAE.Torch.Persistence;
using FashionAE.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Autoencoding;

/// <summary>Trains an autoencoder on a column of images, or takes one that is trained already.</summary>
public sealed class AutoencoderEstimator : IEstimator<AutoencoderTransformer>
{
    private const string ShapeRemedy = "set Architecture in the options";

    // The initial weights and dropout draw from torch's default generator, of which there is one.
    private static readonly Lock OneTrainingAtATime = new();

    private readonly IHost _host;
    private readonly AutoencoderOptions _options;
    private readonly AutoencoderColumns _columns;
    private readonly string? _modelPath;
    private readonly int _seed;

    /// <param name="environment">The environment of the MLContext.</param>
    /// <param name="options">How; they are read when <see cref="Fit"/> is called.</param>
    /// <param name="modelPath">A trained model; null to train one.</param>
    /// <param name="outputs">What to add instead of what the options say.</param>
    internal AutoencoderEstimator(IHostEnvironment environment, AutoencoderOptions options, string? modelPath = null, (AutoencoderOutput, string)[]? outputs = null)
    {
        options.Validate();
        _host = environment.Register(nameof(AutoencoderEstimator));
        (_options, _modelPath) = (options, modelPath);
        _columns = outputs is null ? AutoencoderColumns.Of(options) : new AutoencoderColumns(options.InputColumnName, options.TargetColumnName, outputs);
        _seed = options.Seed ?? _host.Rand.Next();
    }

    /// <summary>Trains. The losses of every epoch, progress within it and warnings go to the log of the MLContext.</summary>
    /// <param name="input">A view with the column of images, in [0, 1], and that of the targets where the options name one.</param>
    /// <returns>The transformer with the weights of the best epoch; the caller disposes it, or the chain that it is part of.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or no known-size vector of Single, or an option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The view is empty, a pixel is no number in [0, 1], or the shape of the images cannot be told.</exception>
    /// <exception cref="NotFiniteNumberException">The loss became infinite or no number.</exception>
    /// <exception cref="OperationCanceledException">The options' token ended the training.</exception>
    /// <exception cref="InvalidDataException">The trained model or the checkpoint to resume from is corrupt.</exception>
    public AutoencoderTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _options.Validate();
        CheckSchema(MLNetInternals.ShapeOf(input.Schema));
        using var channel = _host.Start("Training");
        lock (OneTrainingAtATime)
            return _modelPath is null ? Train(input, channel) : Load(_modelPath, input);
    }

    /// <summary>Tells the columns that <see cref="Fit"/>'s transformer will add.</summary>
    /// <param name="inputSchema">What is known of the input.</param>
    /// <returns>Its columns and the added ones.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or no known-size vector of Single.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var input = CheckSchema(inputSchema);
        var scores = _columns.IsDetector ? ColumnAnnotations.PromisedOfDetector : [];
        return ImageColumn.Extend(inputSchema, _columns.Outputs.Select(o => o.Kind switch
        {
            AutoencoderOutput.Latent => MLNetInternals.Vector(o.Name, NumberDataViewType.Single, ColumnAnnotations.PromisedOfLatent),
            AutoencoderOutput.Reconstruction => ImageColumn.ShapeLike(input, o.Name),
            AutoencoderOutput.Anomaly => MLNetInternals.Scalar(o.Name, BooleanDataViewType.Instance, scores),
            _ => MLNetInternals.Scalar(o.Name, NumberDataViewType.Single, scores),
        }));
    }

    private SchemaShape.Column CheckSchema(SchemaShape schema)
    {
        var sizeRemedy = _modelPath is null && _options.Architecture is null ? ShapeRemedy : null;
        var input = ImageColumn.Check(schema, _columns.Input, _columns.InputRole, NumberDataViewType.Single, sizeRemedy);
        if (_columns.Target is { } target && (_modelPath is null || _columns.HasScores))
            ImageColumn.Check(schema, target, "target", NumberDataViewType.Single, sizeRemedy);
        return input;
    }

    private AutoencoderTransformer Load(string path, IDataView input)
    {
        var model = AutoencoderFile.Load(path);
        try
        {
            var transformer = new AutoencoderTransformer(model, _columns, _options.BatchSize, history: null);
            transformer.GetOutputSchema(input.Schema);
            return transformer;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private AutoencoderTransformer Train(IDataView input, IChannel channel)
    {
        var shape = ImageColumn.ShapeOf(input.Schema[_columns.Input], _options.Architecture?.ImageShape, ShapeRemedy, _columns.InputRole);
        if (_columns.Outputs.Any(o => o.Kind == AutoencoderOutput.Ssim))
            ImageColumn.CheckSimilarity(_columns.Input, shape);
        using var train = Read(input, shape, channel);
        using var validation = _options.ValidationData is { } view ? Read(view, shape, channel) : null;

        manual_seed(_seed);
        var architecture = _options.Architecture ?? new ConvolutionalArchitecture(shape, _options.LatentSize ?? 2);
        var model = architecture.Build();
        try
        {
            var trainer = new AutoencoderTrainer(model, _options.Training with { Seed = _seed });
            var history = trainer.Train(train.Examples, validation?.Examples, null, new TrainingLog(channel), _options.CancellationToken);
            if (history.Outcome == TrainingOutcome.Cancelled)
                throw new OperationCanceledException("The training was cancelled.", _options.CancellationToken);
            if (history.Outcome == TrainingOutcome.StoppedEarly)
                channel.Info(MessageSensitivity.None, $"Stopped early: no epoch was better than epoch {history.Best!.Epoch}.");
            return new AutoencoderTransformer(model, _columns, _options.BatchSize, history);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private ViewExamples Read(IDataView view, ImageShape shape, IChannel channel)
    {
        foreach (var (name, role) in new[] { (_columns.Input, _columns.InputRole), (_columns.Target ?? _columns.Input, "target") })
            ImageColumn.Find(view.Schema, name, role, shape);
        var rows = new ImageRows(view, _columns.Input, _columns.Target, shape);
        var examples = ViewExamples.Read(rows, _options.MaximumMemory, _options.ShuffleBufferSize, _options.CancellationToken);
        if (examples.InMemory)
            channel.Info(MessageSensitivity.None, examples.Description);
        else
            channel.Warning(MessageSensitivity.None, examples.Description);
        return examples;
    }
}
