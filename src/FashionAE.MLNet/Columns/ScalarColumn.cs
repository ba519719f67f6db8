using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet;

/// <summary>A column of paths or of pictures, found in a schema; errors are those of ML.NET's own steps.</summary>
internal static class ScalarColumn
{
    private const string Parameter = "inputSchema";
    private const string Role = "input";

    /// <summary>Finds a column of a type; pictures may have any size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, DataViewType type)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var column = schema.GetColumnOrNull(name) ?? throw Contracts.ExceptSchemaMismatch(Parameter, Role, name);
        return column.Type.GetType() == type.GetType()
            ? column
            : throw Contracts.ExceptSchemaMismatch(Parameter, Role, name, $"{type}", $"{column.Type}{Remedy(column.Type)}");
    }

    /// <summary>Checks what an estimator knows of such a column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public static void Check(SchemaShape schema, string name, DataViewType type)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (!schema.TryFindColumn(name, out var column))
            throw Contracts.ExceptSchemaMismatch(Parameter, Role, name);
        if (column.Kind != SchemaShape.Column.VectorKind.Scalar || column.ItemType.GetType() != type.GetType())
            throw Contracts.ExceptSchemaMismatch(Parameter, Role, name, $"{type}", $"{column.GetTypeString()}{Remedy(column.ItemType)}");
    }

    private static string Remedy(DataViewType actual) => actual switch
    {
        TextDataViewType => ": paths of pictures are for LoadPixels",
        ImageDataViewType => ": images in memory are for ConvertToPixels",
        _ => "",
    };
}
