using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>
/// A view of rectangles as numbers and as images. It treats images like LoadImages does: a getter disposes the image in the caller's
/// variable, and the caller owns the new one. The view counts them.
/// </summary>
internal sealed class PhotoView : IDataView
{
    private readonly ImageRow[] _rows;
    private readonly List<MLImage> _images = [];

    public PhotoView(int count)
    {
        _rows = Images.Rows(count);
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Id", NumberDataViewType.Int32);
        builder.AddColumn("Pixels", new VectorDataViewType(NumberDataViewType.Single, Images.Size));
        builder.AddColumn("Photo", new ImageDataViewType(Images.Side, Images.Side));
        Schema = builder.ToSchema();
    }

    /// <summary>The number of images that were created.</summary>
    public int Made => _images.Count;

    /// <summary>The number of images that have not been disposed yet.</summary>
    public int Alive => _images.Count(image => !IsDisposed(image));

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; }

    /// <summary>The gray levels of an image, which identify its row; null if it has been disposed.</summary>
    public static string? Look(MLImage image) => IsDisposed(image) ? null : Convert.ToHexString([.. image.Pixels.ToArray().Where((_, i) => i % 4 == 0)]);

    /// <summary>The result of <see cref="Look"/> for the image of a row.</summary>
    public string Expected(int id) => Convert.ToHexString(Array.ConvertAll(_rows[id].Pixels, p => (byte)MathF.Round(255 * p)));

    public long? GetRowCount() => _rows.Length;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, [.. columnsNeeded.Select(c => c.Index)]);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private static bool IsDisposed(MLImage image)
    {
        try
        {
            return image.Width == 0;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    private MLImage Make(int row)
    {
        var pixels = _rows[row].Pixels.SelectMany(p => Enumerable.Repeat((byte)MathF.Round(255 * p), 3).Append(byte.MaxValue)).ToArray();
        _images.Add(MLImage.CreateFromPixels(Images.Side, Images.Side, MLPixelFormat.Bgra32, pixels));
        return _images[^1];
    }

    private sealed class Cursor(PhotoView view, HashSet<int> active) : DataViewRowCursor
    {
        private int _row = -1;

        public override long Position => _row;

        public override long Batch => 0;

        public override DataViewSchema Schema => view.Schema;

        public override bool MoveNext()
        {
            if (++_row < view._rows.Length)
                return true;
            _row = -1;
            return false;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_row, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => (ValueGetter<TValue>)(column.Name switch
        {
            "Id" => (ValueGetter<int>)((ref int id) => id = view._rows[_row].Id),
            "Pixels" => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> pixels) => pixels = new VBuffer<float>(Images.Size, view._rows[_row].Pixels)),
            _ => (Delegate)(ValueGetter<MLImage>)((ref MLImage photo) =>
            {
                photo?.Dispose();
                photo = view.Make(_row);
            }),
        });
    }
}
