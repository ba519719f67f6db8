using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>What the estimators do with shapes.</summary>
internal static class SchemaShapeExtensions
{
    public static SchemaShape.Column FindInput(this SchemaShape shape, string name) =>
        shape.TryFindColumn(name, out var column) ? column : throw Contracts.ColumnMissing("input", name);

    /// <summary>The shape with more columns at its end, which hide those of the same names.</summary>
    public static SchemaShape With(this SchemaShape shape, IReadOnlyCollection<SchemaShape.Column> added) =>
        new(shape.Where(old => added.All(column => column.Name != old.Name)).Concat(added));

    /// <summary>The annotation of that kind, or nothing.</summary>
    public static IEnumerable<SchemaShape.Column> Annotation(this SchemaShape.Column column, string kind) =>
        column.Annotations.Where(annotation => annotation.Name == kind);

    public static SchemaShape.Column VectorAnnotation(string kind, DataViewType itemType) =>
        new(kind, SchemaShape.Column.VectorKind.Vector, itemType, false);

    public static SchemaShape.Column BooleanAnnotation(string kind) =>
        new(kind, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false);
}
