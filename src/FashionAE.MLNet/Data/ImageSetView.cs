using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>A view of an image set. It keeps the images as bytes and converts them row by row.</summary>
internal sealed class ImageSetView : IDataView
{
    public const string Pixels = "Pixels";
    public const string Label = "Label";
    public const string LabelText = "LabelText";

    private readonly byte[] _pixels;
    private readonly long[] _labels;
    private readonly ReadOnlyMemory<char>[] _classNames;
    private readonly int _imageSize;

    public ImageSetView(ImageSet images)
    {
        (_pixels, _labels) = (images.Pixels, images.Classes);
        _classNames = [.. images.ClassNames.Select(name => name.AsMemory())];
        _imageSize = images.Shape.Size;

        var names = new DataViewSchema.Annotations.Builder();
        names.Add(
            "KeyValues", new VectorDataViewType(TextDataViewType.Instance, _classNames.Length),
            (ref VBuffer<ReadOnlyMemory<char>> value) => VBuffer<ReadOnlyMemory<char>>.Copy(_classNames, 0, ref value, _classNames.Length));
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(Pixels, new VectorDataViewType(NumberDataViewType.Single, _imageSize));
        builder.AddColumn(Label, new KeyDataViewType(typeof(uint), _classNames.Length), names.ToAnnotations());
        builder.AddColumn(LabelText, TextDataViewType.Instance);
        Schema = builder.ToSchema();
    }

    public bool CanShuffle => true;

    public DataViewSchema Schema { get; }

    public long? GetRowCount() => _labels.Length;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var order = Enumerable.Range(0, _labels.Length).ToArray();
        rand?.Shuffle(order);
        return new Cursor(this, order, [.. columnsNeeded.Select(c => c.Index)]);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(ImageSetView view, int[] order, HashSet<int> active) : DataViewRowCursor
    {
        private readonly RowSlot _slot = new() { Count = order.Length };

        public override long Position => _slot.IsAtRow ? _slot.Index : -1;

        public override long Batch => 0;

        public override DataViewSchema Schema => view.Schema;

        private int Row => order[_slot.ReadCurrent()];

        public override bool MoveNext()
        {
            _slot.Index = Math.Min(_slot.Index + 1, order.Length);
            return _slot.IsAtRow;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = new DataViewRowId((ulong)Row, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new ArgumentOutOfRangeException(nameof(column), "requested column not active");
            Delegate getter = column.Index switch
            {
                0 => (ValueGetter<VBuffer<float>>)GetPixels,
                1 => (ValueGetter<uint>)GetLabel,
                _ => (ValueGetter<ReadOnlyMemory<char>>)GetLabelText,
            };
            return getter as ValueGetter<TValue>
                ?? throw new InvalidOperationException(
                    $"Invalid TValue in GetGetter: '{typeof(TValue)}'; column '{column.Name}' has {column.Type}.");
        }

        private void GetPixels(ref VBuffer<float> value)
        {
            var bytes = view._pixels.AsSpan(Row * view._imageSize, view._imageSize);
            var editor = VBufferEditor.Create(ref value, bytes.Length);
            ByteValues.ToUnitRange(bytes, editor.Values);
            value = editor.Commit();
        }

        // Keys start at 1.
        private void GetLabel(ref uint value) => value = (uint)view._labels[Row] + 1;

        private void GetLabelText(ref ReadOnlyMemory<char> value) => value = view._classNames[view._labels[Row]];
    }
}
