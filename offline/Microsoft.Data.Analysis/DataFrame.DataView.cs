using Microsoft.ML;

namespace Microsoft.Data.Analysis;

public partial class DataFrame : IDataView
{
    private DataViewSchema _schema;

    bool IDataView.CanShuffle => false;

    DataViewSchema IDataView.Schema => Schema;

    /// <summary>Made anew after the columns changed.</summary>
    private DataViewSchema Schema
    {
        get
        {
            if (_schema is null)
            {
                var builder = new DataViewSchema.Builder();
                foreach (var column in Columns)
                    column.AddDataViewColumn(builder);
                _schema = builder.ToSchema();
            }
            return _schema;
        }
    }

    long? IDataView.GetRowCount() => Rows.Count;

    DataViewRowCursor IDataView.GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand) =>
        new DataFrameCursor(this, Schema, ActiveColumns.Of(Schema, columnsNeeded));

    DataViewRowCursor[] IDataView.GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand) =>
        [((IDataView)this).GetRowCursor(columnsNeeded, rand)];
}
