using FashionAE.MLNet.DataViews;
using FashionAE.Torch.Data;
using FashionAE.Torch.Models;
using FashionAE.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace FashionAE.MLNet.Autoencoding;

/// <summary>
/// Adds what a trained autoencoder makes of a column of images: latent vectors, reconstructions and their scores. It is saved and loaded
/// by <c>mlContext.Model</c> like any other; many cursors and prediction engines may use it at once. It owns its model: dispose it, or
/// the chain that it is part of.
/// </summary>
public sealed partial class AutoencoderTransformer : ITransformer, IDisposable
{
    /// <summary>Torch keeps a pool of threads for every thread that computes: passes side by side would fight for the cores.</summary>
    internal static readonly Lock OnePassAtATime = new();

    internal AutoencoderTransformer(Autoencoder model, AutoencoderColumns columns, int batchSize, TrainingHistory? history)
    {
        model.eval();
        (Model, Columns, BatchSize, History) = (model, columns, batchSize, history);
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

    /// <summary>Gets how many rows go through the network at once when a view is scored.</summary>
    public int BatchSize { get; }

    /// <summary>Gets a value indicating whether one row becomes one row: it does.</summary>
    public bool IsRowToRowMapper => true;

    internal AutoencoderColumns Columns { get; }

    internal bool IsDisposed { get; private set; }

    internal Device Device => Model.parameters().First().device;

    /// <summary>Gets the schema that <see cref="Transform"/> makes of another.</summary>
    /// <param name="inputSchema">A schema with the column of images.</param>
    /// <returns>Its columns and the added ones.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type or size.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new AutoencoderMapping(this, inputSchema).OutputSchema;

    /// <summary>Makes a view with the added columns. Nothing is computed before a cursor's getter asks for it.</summary>
    /// <param name="input">A view with the column of images.</param>
    /// <returns>The view; it needs this transformer to stay undisposed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type or size.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new BatchView(input, new AutoencoderMapping(this, input.Schema));
    }

    /// <summary>Makes the mapper of single rows that a prediction engine uses.</summary>
    /// <param name="inputSchema">A schema with the column of images.</param>
    /// <returns>The mapper; it needs this transformer to stay undisposed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type or size.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new RowMapper(new AutoencoderMapping(this, inputSchema));

    /// <summary>Frees the model. Views and engines made before throw an <see cref="ObjectDisposedException"/> from then on.</summary>
    public void Dispose()
    {
        lock (OnePassAtATime)
        {
            if (IsDisposed)
                return;
            IsDisposed = true;
            Model.Dispose();
        }
    }
}
