using System.Drawing;
using System.Runtime.ExceptionServices;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
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

    public void Check()
    {
        ModelFile.CheckNames(Output, Input, Readable);
        if (Readable == Output)
            throw new ArgumentException($"ReadableColumnName is '{Readable}', which is the column of the pixels: name another.");
        PixelReader.Maker(Options);
    }

    /// <summary>Leaves out the rows whose pixels are missing, if the options say so.</summary>
    public IDataView Filter(IDataView view) => SkipUnreadable ? new MLContext().Data.FilterRowsByMissingValues(view, Output) : view;

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

/// <summary>The pixels of a batch of rows, made when a getter first asks for one of them.</summary>
/// <param name="settings">The settings.</param>
/// <param name="capacity">The most rows of the batch.</param>
internal abstract class PixelBatch(PixelSettings settings, int capacity) : RowBatch
{
    private readonly float[]?[] _pixels = new float[capacity][];
    private readonly Exception?[] _errors = new Exception?[capacity];
    private readonly long[] _positions = new long[capacity];
    private DataViewRow? _row;
    private bool _isMade;
    private int _count;

    protected PixelMaker Maker { get; } = PixelReader.Maker(settings.Options);

    public override void Bind(DataViewRow input) => _row = input;

    public override void Read(int place) => _positions[place] = _row!.Position;

    public override void Begin(int count) => (_count, _isMade) = (count, false);

    public override Delegate MakeGetter(int output, RowSlot slot) => output == 0
        ? (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            var place = Made(slot);
            if (_errors[place] is not { } error)
                VBuffer<float>.Copy(_pixels[place], 0, ref value, settings.Shape.Size);
            else if (settings.Marks)
                Fill(ref value);
            else
                ExceptionDispatchInfo.Throw(error);
        })
        : (ValueGetter<bool>)((ref bool value) => value = _errors[Made(slot)] is null);

    /// <summary>Makes the pixels of a row.</summary>
    /// <param name="place">Its place in the batch.</param>
    /// <param name="row">Its place in the view, for messages.</param>
    protected abstract float[] Make(int place, long row);

    private void Fill(ref VBuffer<float> value)
    {
        var editor = VBufferEditor.Create(ref value, settings.Shape.Size);
        editor.Values.Fill(float.NaN);
        value = editor.Commit();
    }

    private int Made(RowSlot slot)
    {
        var current = slot.Current;
        if (!_isMade)
            Parallel.For(0, _count, place =>
            {
                (_pixels[place], _errors[place]) = (null, null);
                try
                {
                    _pixels[place] = Make(place, _positions[place]);
                }
                catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or InvalidOperationException)
                {
                    _errors[place] = e;
                }
            });
        _isMade = true;
        return current;
    }
}
