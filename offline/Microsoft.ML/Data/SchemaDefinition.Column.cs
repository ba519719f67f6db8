namespace Microsoft.ML.Data;

public sealed partial class SchemaDefinition
{
    public sealed class Column
    {
        private readonly DataViewSchema.Annotations.Builder _annotations = new();
        private readonly HashSet<string> _kinds = [];

        internal Column(string memberName, DataViewType columnType, string columnName = null)
        {
            ArgumentException.ThrowIfNullOrEmpty(memberName);
            (MemberName, ColumnType, ColumnName) = (memberName, columnType, columnName ?? memberName);
        }

        public string MemberName { get; }

        public string ColumnName { get; set; }

        /// <summary>The type of the column; null for the one that follows from the member.</summary>
        public DataViewType ColumnType { get; set; }

        public DataViewSchema.Annotations Annotations => _annotations.ToAnnotations();

        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType)
        {
            ArgumentNullException.ThrowIfNull(kind);
            ArgumentNullException.ThrowIfNull(annotationType);
            RowDefinition.CheckMember(typeof(T), annotationType, kind);
            if (!_kinds.Add(kind))
                throw new InvalidOperationException($"The column has an annotation {kind} already.");
            _annotations.Add(kind, annotationType, MemberGetter.Create(typeof(T), annotationType, (Func<T>)(() => value), keysFromZero: false));
        }

        internal void AddAnnotations(DataViewSchema.Annotations annotations) => _annotations.Add(annotations, _kinds.Add);
    }
}
