using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>The pixels of a batch of rows, made when a getter first asks for one of them.</summary>
/// <param name="settings">The settings.</param>
/// <param name="capacity">The most rows of the batch.</param>
/// <param name="host">The environment whose log names unreadable pictures, where they are no exceptions; null for no log.</param>
internal abstract class PixelBatch(PixelSettings settings, int capacity, IHostEnvironment? host) : RowBatch
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
        if (_isMade)
            return current;
        Parallel.For(0, _count, place =>
        {
            (_pixels[place], _errors[place]) = (null, null);
            try
            {
                _pixels[place] = Make(place, _positions[place]);
            }
            catch (Exception e) when (e is IOException or InvalidDataException or InvalidOperationException)
            {
                _errors[place] = e;
            }
        });
        _isMade = true;
        if (settings.Marks)
            Report();
        return current;
    }

    private void Report()
    {
        using var channel = host?.Start("LoadPixels");
        foreach (var error in _errors.AsSpan(0, _count))
            if (error is not null)
                channel?.Warning(MessageSensitivity.None, error.Message);
    }
}
