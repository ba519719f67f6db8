using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet;

/// <summary>A column of pictures, of their paths or of their bytes, found in a schema; errors are those of ML.NET's own steps.</summary>
internal static class PictureColumn
{
    private const string Parameter = "inputSchema";
    private const string Role = "input";

    /// <summary>Finds a column of a type; pictures and vectors may have any size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, DataViewType type)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var column = schema.GetColumnOrNull(name) ?? throw Contracts.ExceptSchemaMismatch(Parameter, Role, name);
        var (item, isVector) = (ItemOf(column.Type), column.Type is VectorDataViewType);
        return isVector == (type is VectorDataViewType) && HaveSameItems(item, ItemOf(type))
            ? column
            : throw Contracts.ExceptSchemaMismatch(Parameter, Role, name, $"{type}", $"{column.Type}{Remedy(item, isVector)}");
    }

    /// <summary>Checks what an estimator knows of such a column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public static void Check(SchemaShape schema, string name, DataViewType type)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (!schema.TryFindColumn(name, out var column))
            throw Contracts.ExceptSchemaMismatch(Parameter, Role, name);
        var isVector = column.Kind != SchemaShape.Column.VectorKind.Scalar;
        if (isVector != (type is VectorDataViewType) || column.IsKey || !HaveSameItems(column.ItemType, ItemOf(type)))
            throw Contracts.ExceptSchemaMismatch(
                Parameter, Role, name, $"{type}", $"{column.GetTypeString()}{Remedy(column.ItemType, isVector)}");
    }

    private static DataViewType ItemOf(DataViewType type) => (type as VectorDataViewType)?.ItemType ?? type;

    // Types of images differ by their size.
    private static bool HaveSameItems(DataViewType actual, DataViewType expected) =>
        expected is ImageDataViewType ? actual is ImageDataViewType : actual.Equals(expected);

    private static string Remedy(DataViewType item, bool isVector) => item switch
    {
        TextDataViewType when !isVector => ": paths of pictures are for LoadPixels",
        ImageDataViewType => ": images in memory are for ConvertToPixels",
        NumberDataViewType number when isVector && number == NumberDataViewType.Byte => ": bytes of picture files are for DecodePixels",
        _ => "",
    };
}
