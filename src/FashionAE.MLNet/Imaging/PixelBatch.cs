using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>The pixels of a batch of rows, made when a getter first asks for one of them.</summary>
/// <param name="settings">The settings.</param>
/// <param name="capacity">The most rows of the batch.</param>
/// <param name="log">The log that names unreadable pictures, where they are no exceptions.</param>
internal abstract class PixelBatch(PixelSettings settings, int capacity, StepLog log) : RowBatch
{
    private readonly float[]?[] _pixels = new float[capacity][];
    private readonly Exception?[] _errors = new Exception?[capacity];
    private readonly long[] _positions = new long[capacity];
    private DataViewRow? _row;
    private bool _isMade;
    private int _count;

    /// <summary>Gets what to do about a row without a picture, for the end of a message.</summary>
    protected string Remedy => settings.Marks ? "." : ": leave such rows out, or set SkipUnreadable.";

    protected PixelMaker Maker { get; } = PixelReader.Maker(settings.Options);

    public override void Bind(DataViewRow input) => _row = input;

    public override void Read(int place) => _positions[place] = _row!.Position;

    public override void Begin(int count) => (_count, _isMade) = (count, false);

    public override Delegate MakeGetter(int output, RowSlot slot) => output == 0
        ? (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            if (PixelsOf(slot.ReadCurrent()) is { } pixels)
                VBuffer<float>.Copy(pixels, 0, ref value, pixels.Length);
            else
                Fill(ref value);
        })
        : (ValueGetter<bool>)((ref bool value) => value = PixelsOf(slot.ReadCurrent()) is not null);

    public override bool Keeps(int row) => !settings.SkipUnreadable || PixelsOf(row) is not null;

    /// <summary>Makes the pixels of a row.</summary>
    /// <param name="place">Its place in the batch.</param>
    /// <param name="row">Its place in the view, for messages.</param>
    protected abstract float[] Make(int place, long row);

    /// <summary>Whether a row counts as one without a readable picture, rather than as a failure of the program.</summary>
    private bool IsUnreadable(Exception error) =>
        settings.Marks && error is (IOException or InvalidDataException or InvalidOperationException);

    private void Fill(ref VBuffer<float> value)
    {
        var editor = VBufferEditor.Create(ref value, settings.Shape.Size);
        editor.Values.Fill(float.NaN);
        value = editor.Commit();
    }

    /// <summary>The pixels of a row; null where its picture cannot be read and the options say that it counts as missing.</summary>
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
                _pixels[place] = Make(place, _positions[place]);
            }
#pragma warning disable CA1031 // It is thrown in its turn, by the getter of its row.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _errors[place] = e;
            }
        });
        _isMade = true;
        if (settings.Marks)
            foreach (var error in _errors.AsSpan(0, _count))
                if (error is not null)
                    log.Warn(error.Message, MessageSensitivity.UserData);
    }
}
