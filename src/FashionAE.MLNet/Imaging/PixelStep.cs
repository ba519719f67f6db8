using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>
/// Base class for steps that convert pictures to pixels: <see cref="PixelLoading"/>, <see cref="PixelDecoding"/> and
/// <see cref="PixelConverting"/>.
/// </summary>
internal abstract record PixelStep<TSelf>(string Output, string Input, PixelOptions Options) : Component<TSelf>
    where TSelf : PixelStep<TSelf>, ISaved
{
    private protected abstract DataViewType InputType { get; }

    // Enough rows for the cores of a large machine, but not so many that much work is wasted if a caller reads only one row.
    private protected virtual int BatchSize => 32;

    internal override void Check()
    {
        CheckNames(Output, Input);
        if (Options.ReadableColumnName == "")
            throw new ArgumentException("ReadableColumnName is empty: set the name of a column, or null.");
        if (Options.ReadableColumnName == Output)
            throw new ArgumentException($"ReadableColumnName is '{Output}', which is the column of pixels: set another name.");
        PixelReader.Maker(Options);
    }

    internal override IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema)
    {
        PictureColumn.Check(inputSchema, Input, InputType);
        var pixels = PromisedColumn.Vector(Output, NumberDataViewType.Single);
        return Options.ReadableColumnName is { } readable
            ? [pixels, PromisedColumn.Scalar(readable, BooleanDataViewType.Instance)]
            : [pixels];
    }

    internal override BatchMapping Bind(DataViewSchema inputSchema)
    {
        var input = PictureColumn.Find(inputSchema, Input, InputType);
        var (channels, height, width) = Options.Shape;
        List<AddedColumn> added =
            [new(new(Output, new VectorDataViewType(NumberDataViewType.Single, channels, height, width)), input.Index)];
        if (Options.ReadableColumnName is { } readable)
            added.Add(new(new(readable, BooleanDataViewType.Instance), input.Index));
        return new BatchMapping(inputSchema, added, request => CreateBatch(request, input))
        {
            BatchSize = BatchSize,
            DropsRows = Options.SkipUnreadable,
        };
    }

    internal override BatchTransformer ToTransformer() => new PixelTransformer(
        this, Output, Options,
        $"{Step}: {Output} from {Input}, {Options.Shape}, {Options.Resizing}, {(Options.Upright ? "upright" : "as stored")}, "
        + $"background #{Options.Background.ToArgb() & 0xffffff:x6}{(Options.Invert ? ", inverted" : "")}");

    private protected abstract RowBatch CreateBatch(BatchRequest request, DataViewSchema.Column input);
}

internal sealed class PixelEstimator(IHostEnvironment environment, Component component)
    : ImageEstimator<PixelTransformer>(environment, component);

/// <summary>Converts pictures to pixels: the transformer of <c>LoadPixels</c>, <c>DecodePixels</c> and <c>ConvertToPixels</c>.</summary>
/// <remarks>Instances are thread-safe. Each cursor belongs to one thread.</remarks>
public sealed class PixelTransformer : BatchTransformer
{
    private readonly PixelOptions _options;
    private readonly string _description;

    internal PixelTransformer(Component component, string output, PixelOptions options, string description)
        : base(component) => (OutputColumnName, _options, _description) = (output, options, description);

    /// <summary>Gets the name of the column of pixels.</summary>
    public string OutputColumnName { get; }

    /// <summary>Gets a copy of the options. With them, <see cref="PixelReader"/> returns the same pixels outside the pipeline.</summary>
    public PixelOptions Options => _options with { };

    /// <summary>Returns a description of how a picture is converted to pixels, so that other programs can do the same.</summary>
    /// <returns>The columns and the options, in one line.</returns>
    public override string ToString() => _description;
}
