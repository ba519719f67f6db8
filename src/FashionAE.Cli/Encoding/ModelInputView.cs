using Microsoft.ML.Transforms.Image;

namespace FashionAE.Cli;

/// <summary>
/// Presents image files as the input rows of a model. A column for pixels, images or paths reads the files. Other columns, such as labels,
/// exist only so that the steps find them: reading one throws.
/// </summary>
internal sealed class ModelInputView : IDataView
{
    /// <summary>The additional column with the path of the file.</summary>
    public const string PathColumn = "FashionAE.Path";

    private const string Pixels = "Pixels";

    private readonly IDataView _files;
    private readonly DataViewSchema.Column?[] _sources;
    private readonly bool _pixelsAlone;

    /// <param name="files">The files, as a view with the columns Pixels, Image and Path.</param>
    /// <param name="model">The model.</param>
    /// <param name="pixelsAlone">Whether to reject a model that reads images or files itself.</param>
    public ModelInputView(IDataView files, EncodingModel model, bool pixelsAlone)
    {
        (_files, _pixelsAlone) = (files, pixelsAlone);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(model.InputSchema);
        builder.AddColumn(PathColumn, TextDataViewType.Instance);
        Schema = builder.ToSchema();
        _sources = [.. Schema.Select(column => SourceOf(column.Type, model.Shape.Size))];
    }

    public bool CanShuffle => false;
    public DataViewSchema Schema { get; }

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.DistinctBy(column => column.Index).ToDictionary(column => column.Index, Source);
        return new Cursor(Schema, needed, _files.GetRowCursor(needed.Values));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private DataViewSchema.Column? SourceOf(DataViewType type, int imageSize) => type switch
    {
        VectorDataViewType { ItemType: var item } vector when item == NumberDataViewType.Single
            && (vector.Size == imageSize || !vector.IsKnownSize) => _files.Schema[Pixels],
        ImageDataViewType { Height: 0, Width: 0 } => _files.Schema["Image"],
        TextDataViewType => _files.Schema["Path"],
        _ => null,
    };

    private DataViewSchema.Column Source(DataViewSchema.Column column)
    {
        var source = _sources[column.Index] ?? throw new InvalidOperationException(
            $"The model needs the column '{column.Name}' ({column.Type}), which image files do not have: use a model whose autoencoder"
            + " depends only on images.");
        return !_pixelsAlone || source.Name == Pixels || column.Name == PathColumn ? source : throw new InvalidOperationException(
            $"The model itself converts the column '{column.Name}' ({column.Type}) to pixels: omit --invert, --background and --as-stored"
            + ", or set these options in the model's own step and train it again.");
    }

    private sealed class Cursor(DataViewSchema schema, Dictionary<int, DataViewSchema.Column> sources, DataViewRowCursor files)
        : DataViewRowCursor
    {
        public override long Position => files.Position;
        public override long Batch => files.Batch;
        public override DataViewSchema Schema => schema;

        public override bool MoveNext() => files.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column) => sources.ContainsKey(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter() => files.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            sources.TryGetValue(column.Index, out var source)
                ? files.GetGetter<TValue>(source)
                : throw new ArgumentOutOfRangeException(nameof(column), "requested column not active");

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                files.Dispose();
            base.Dispose(disposing);
        }
    }
}
