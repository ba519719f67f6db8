using System.Drawing;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet;

/// <summary>How the steps that make pixels of pictures do it, as model files keep it.</summary>
// Folder is an absolute path, or null; Background the number 0xAARRGGBB.
internal sealed record PixelSettings(
    string Output, string Input, string? Folder, ImageShape Shape, bool Invert, ImageResizingEstimator.ResizingKind Resizing, bool Upright,
    int Background, int MaximumPixels, string? Readable, bool SkipUnreadable)
{
    [JsonIgnore]
    public PixelOptions Options => new()
    {
        Shape = Shape,
        Invert = Invert,
        Resizing = Resizing,
        Upright = Upright,
        Background = Color.FromArgb(Background),
        MaximumPixels = MaximumPixels,
        ReadableColumnName = Readable,
        SkipUnreadable = SkipUnreadable,
    };

    /// <summary>Gets a value indicating whether unreadable pictures become NaN.</summary>
    [JsonIgnore]
    public bool Marks => SkipUnreadable || Readable is not null;

    public static PixelSettings Of(string output, string? input, string? folder, PixelOptions options) => new(
        output, input ?? output, folder, options.Shape, options.Invert, options.Resizing, options.Upright, options.Background.ToArgb(),
        options.MaximumPixels, options.ReadableColumnName, options.SkipUnreadable);

    /// <summary>Says how a picture becomes pixels, for whoever must do the same elsewhere.</summary>
    public string Describe(string step) =>
        $"{step}: {Output} from {Input}, {Shape}, {Resizing}, {(Upright ? "upright" : "as stored")}, "
        + $"background #{Background & 0xffffff:x6}{(Invert ? ", inverted" : "")}";

    public void Check()
    {
        if (Readable == "")
            throw new ArgumentException("ReadableColumnName is empty: name a column, or leave it null.");
        if (Readable == Output)
            throw new ArgumentException($"ReadableColumnName is '{Readable}', which is the column of the pixels: name another.");
        PixelReader.Maker(Options);
    }

    public IEnumerable<SchemaShape.Column> Promise()
    {
        yield return PromisedColumn.Vector(Output, NumberDataViewType.Single);
        if (Readable is not null)
            yield return PromisedColumn.Scalar(Readable, BooleanDataViewType.Instance);
    }

    /// <summary>Plans the columns that are added, computed from one of the input.</summary>
    public BatchMapping Bind(
        DataViewSchema inputSchema, DataViewSchema.Column input, int batchSize, Func<BatchRequest, PixelBatch> createBatch)
    {
        var pixels = new VectorDataViewType(NumberDataViewType.Single, Shape.Channels, Shape.Height, Shape.Width);
        List<AddedColumn> added = [new(new(Output, pixels), input.Index)];
        if (Readable is not null)
            added.Add(new(new(Readable, BooleanDataViewType.Instance), input.Index));
        return new BatchMapping(inputSchema, added, createBatch) { BatchSize = batchSize, DropsRows = SkipUnreadable };
    }
}
