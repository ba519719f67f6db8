using System.Drawing;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet;

/// <summary>What the steps that make pixels of pictures are saved as.</summary>
// Folder is an absolute path, or null; Background the number 0xAARRGGBB.
internal sealed record PixelSettings(
    string Output, string Input, string? Folder, ImageShape Shape, bool Invert, ImageResizingEstimator.ResizingKind Resizing, bool Upright,
    int Background, int MaximumPixels, string? Readable, bool SkipUnreadable) : ICheckedSettings
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

    public static PixelSettings Of(string output, string input, string? folder, PixelOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentNullException.ThrowIfNull(options);
        var settings = new PixelSettings(
            output, input, folder, options.Shape, options.Invert, options.Resizing, options.Upright, options.Background.ToArgb(),
            options.MaximumPixels, options.ReadableColumnName, options.SkipUnreadable);
        settings.Check();
        return settings;
    }

    /// <summary>Says how a picture becomes pixels, for whoever must do the same elsewhere.</summary>
    public string Describe(string step) =>
        $"{step}: {Output} from {Input}, {Shape}, {Resizing}, {(Upright ? "upright" : "as stored")}, "
        + $"background #{Background & 0xffffff:x6}{(Invert ? ", inverted" : "")}";

    public void Check()
    {
        ModelFile.CheckNames(Output, Input);
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

    public IEnumerable<DataViewSchema.DetachedColumn> Columns()
    {
        yield return new(Output, new VectorDataViewType(NumberDataViewType.Single, Shape.Channels, Shape.Height, Shape.Width));
        if (Readable is not null)
            yield return new(Readable, BooleanDataViewType.Instance);
    }
}

/// <summary>A column of paths or of pictures, found in a schema; errors are those of ML.NET's own steps.</summary>
internal static class ScalarColumn
{
    private const string Parameter = "inputSchema";
    private const string Role = "input";

    /// <summary>Finds a column of a type; pictures may have any size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, DataViewType type)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var column = schema.GetColumnOrNull(name) ?? throw Contracts.ExceptSchemaMismatch(Parameter, Role, name);
        return column.Type.GetType() == type.GetType()
            ? column
            : throw Contracts.ExceptSchemaMismatch(Parameter, Role, name, $"{type}", $"{column.Type}{Remedy(column.Type)}");
    }

    /// <summary>Checks what an estimator knows of such a column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public static void Check(SchemaShape schema, string name, DataViewType type)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (!schema.TryFindColumn(name, out var column))
            throw Contracts.ExceptSchemaMismatch(Parameter, Role, name);
        if (column.Kind != SchemaShape.Column.VectorKind.Scalar || column.ItemType.GetType() != type.GetType())
            throw Contracts.ExceptSchemaMismatch(Parameter, Role, name, $"{type}", $"{column.GetTypeString()}{Remedy(column.ItemType)}");
    }

    private static string Remedy(DataViewType actual) => actual switch
    {
        TextDataViewType => ": paths of pictures are for LoadPixels",
        ImageDataViewType => ": images in memory are for ConvertToPixels",
        _ => "",
    };
}
