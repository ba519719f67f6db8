using FashionAE.MLNet.DataViews;
using FashionAE.MLNet.Persistence;
using FashionAE.Torch.Data;
using FashionAE.Torch.Models;
using FashionAE.Torch.Training;
using Microsoft.ML;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Autoencoding;

/// <summary>
/// Adds what a trained autoencoder makes of a column of images: latent vectors, reconstructions and their scores. It is saved and loaded
/// by <c>mlContext.Model</c> like any other; many cursors and prediction engines may use it at once. It owns its model: dispose it, or
/// the chain that it is part of.
/// </summary>
public sealed class AutoencoderTransformer : BatchTransformer, IDisposable
{
    internal AutoencoderTransformer(Autoencoder model, AutoencoderColumns columns, int batchSize, TrainingHistory? history, float? threshold = null)
    {
        model.eval();
        (Model, Columns, BatchSize, History, Threshold) = (model, columns, batchSize, history, threshold);
        (ImageShape, LatentSize) = (model.ImageShape, model.LatentSize);
    }

    /// <summary>Gets the autoencoder, in evaluation mode. It is this transformer's: do not dispose it.</summary>
    public Autoencoder Model { get; }

    /// <summary>Gets the course of the training; null when the model was loaded.</summary>
    public TrainingHistory? History { get; }

    /// <summary>Gets the shape of the images.</summary>
    public ImageShape ImageShape { get; }

    /// <summary>Gets the length of latent vectors.</summary>
    public int LatentSize { get; }

    /// <summary>Gets the column of images that the autoencoder sees.</summary>
    public string InputColumnName => Columns.Input;

    /// <summary>Gets how many rows go through the network at once when a view is scored.</summary>
    public int BatchSize { get; }

    /// <summary>Gets the mean squared error above which a row is an anomaly; null where the model was not trained to tell.</summary>
    public float? Threshold { get; internal set; }

    internal AutoencoderColumns Columns { get; }

    internal bool IsDisposed { get; private set; }

    internal Device Device => Model.parameters().First().device;

    /// <summary>Frees the model. Views and engines made before throw an <see cref="ObjectDisposedException"/> from then on.</summary>
    public void Dispose()
    {
        lock (OnePassAtATime.Gate)
        {
            if (IsDisposed)
                return;
            IsDisposed = true;
            Model.Dispose();
        }
    }

    internal override BatchMapping Map(DataViewSchema inputSchema) => new AutoencoderMapping(this, inputSchema);

    private protected override void Save(ModelSaveContext context) => AutoencoderLoader.Save(this, context);
}
