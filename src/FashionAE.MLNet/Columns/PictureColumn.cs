using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.MLNet;

/// <summary>
/// Finds a column of images, of their paths or of their bytes in a schema. Errors are like those of ML.NET's own steps.
/// </summary>
internal static class PictureColumn
{
    private const string Parameter = "inputSchema";
    private const string Role = "input";

    /// <summary>Finds a column of a given type. Images and vectors may have any size.</summary>
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

    /// <summary>Checks such a column in the schema shape of an estimator.</summary>
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

    // Image types of different sizes are not equal, but any size is accepted.
    private static bool HaveSameItems(DataViewType actual, DataViewType expected) =>
        expected is ImageDataViewType ? actual is ImageDataViewType : actual.Equals(expected);

    private static string Remedy(DataViewType item, bool isVector) => item switch
    {
        TextDataViewType when !isVector => ": use LoadPixels for paths of image files",
        ImageDataViewType => ": use ConvertToPixels for images in memory",
        NumberDataViewType number when isVector && number == NumberDataViewType.Byte => ": use DecodePixels for bytes of image files",
        _ => "",
    };
}
