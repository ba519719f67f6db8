using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>Computes the pixels of all rows of a batch when a getter first needs one of them.</summary>
/// <typeparam name="TValue">The type of the column's values: paths, images or bytes of files.</typeparam>
internal abstract class PixelBatch<TValue>(PixelOptions options, BatchRequest request, DataViewSchema.Column input) : RowBatch
{
    private readonly TValue[] _values = new TValue[request.Capacity];
    private readonly float[]?[] _pixels = new float[request.Capacity][];
    private readonly Exception?[] _errors = new Exception?[request.Capacity];
    private readonly long[] _positions = new long[request.Capacity];

    // Whether unreadable pictures result in NaN and a log message instead of an exception.
    private readonly bool _marks = options.SkipUnreadable || options.ReadableColumnName is not null;
    private DataViewRow? _row;
    private ValueGetter<TValue>? _get;
    private bool _isMade;
    private int _count;

    /// <summary>Gets the end of a message about a row without a picture: the remedy.</summary>
    protected string Remedy => _marks ? "." : ": remove such rows, or set SkipUnreadable.";

    protected string ColumnName => input.Name;

    protected PixelOptions Options => options;

    protected PixelMaker Maker { get; } = PixelReader.Maker(options);

    private float[] Missing => field ??= [.. Enumerable.Repeat(float.NaN, options.Shape.Size)];

    public override void Bind(DataViewRow row) => (_row, _get) = (row, row.GetGetter<TValue>(input));

    public override void Read(int place)
    {
        _positions[place] = _row!.Position;
        // The getter may reuse the previous value: the memory of its bytes, or an image that the getter created and disposes.
        _get!(ref _values[place]);
    }

    public override void Begin(int count) => (_count, _isMade) = (count, false);

    public override Delegate MakeGetter(int output, RowSlot slot) => output == 0
        ? (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            var pixels = PixelsOf(slot.ReadCurrent()) ?? Missing;
            VBuffer<float>.Copy(pixels, 0, ref value, pixels.Length);
        })
        : (ValueGetter<bool>)((ref bool value) => value = PixelsOf(slot.ReadCurrent()) is not null);

    public override bool Keeps(int row) => !options.SkipUnreadable || PixelsOf(row) is not null;

    /// <summary>Computes the pixels of a row. Messages contain the position of the row in the view.</summary>
    protected abstract float[] Make(TValue value, long row);

    /// <summary>Determines whether the options treat an exception as an unreadable picture instead of an error of the program.</summary>
    private bool IsUnreadable(Exception error) => _marks && error is (IOException or InvalidDataException or InvalidOperationException);

    /// <summary>Gets the pixels of a row; null if its picture is unreadable and the options treat it as missing.</summary>
    private float[]? PixelsOf(int place)
    {
        if (!_isMade)
            MakeAll();
        if (_errors[place] is { } error && !IsUnreadable(error))
            ExceptionDispatchInfo.Throw(error);
        return _pixels[place];
    }

    private void MakeAll()
    {
        Parallel.For(0, _count, place =>
        {
            (_pixels[place], _errors[place]) = (null, null);
            try
            {
                _pixels[place] = Make(_values[place], _positions[place]);
            }
#pragma warning disable CA1031 // The getter of the row rethrows the exception.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _errors[place] = e;
            }
        });
        _isMade = true;
        if (_marks)
            foreach (var error in _errors.AsSpan(0, _count))
                if (error is not null)
                    request.Log.Warn(error.Message, MessageSensitivity.UserData);
    }
}
