using FashionAE.Torch.Data;
using FashionAE.Torch.Metrics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Autoencoding;

/// <summary>Columns of images in schemas, and the exceptions where there is none; in the words that ML.NET has for them.</summary>
internal static class ImageColumn
{
    private const string Parameter = "inputSchema";

    /// <summary>Adds columns to a shape; one of the same name is replaced.</summary>
    public static SchemaShape Extend(SchemaShape schema, IEnumerable<SchemaShape.Column> added)
    {
        var columns = schema.ToDictionary(c => c.Name);
        foreach (var column in added)
            columns[column.Name] = column;
        return new SchemaShape(columns.Values);
    }

    /// <summary>Finds a column of images of whatever size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing, or its values are no known-size vectors of Single.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, string role)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var column = schema.GetColumnOrNull(name) ?? throw Missing(role, name);
        return column.Type is VectorDataViewType { IsKnownSize: true, ItemType: var item } && item == NumberDataViewType.Single
            ? column
            : throw Mismatch(role, name, "known-size vector of Single", $"{column.Type}");
    }

    /// <summary>Finds a column of images of a known shape.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing, or its values are not such images.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, string role, ImageShape shape)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var column = schema.GetColumnOrNull(name) ?? throw Missing(role, name);
        return column.Type is VectorDataViewType { ItemType: var item } vector && item == NumberDataViewType.Single && vector.Size == shape.Size
            ? column
            : throw Mismatch(role, name, $"Vector<Single, {shape.Size}>", $"{column.Type}");
    }

    /// <summary>Checks that an estimator's input has a column that can hold images.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing, or its values are no known-size vectors of Single.</exception>
    public static void Check(SchemaShape schema, string name, string role)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var matches = schema.Where(c => c.Name == name).ToArray();
        if (matches.Length == 0)
            throw Missing(role, name);
        var column = matches[0];
        if (column.Kind != SchemaShape.Column.VectorKind.Vector || column.ItemType != NumberDataViewType.Single || column.IsKey)
            throw Mismatch(role, name, "Vector<Single>", Describe(column));
    }

    /// <summary>Finds the shape of a column's images: the one that is known, or that which the dimensions of its type say.</summary>
    /// <param name="column">The column.</param>
    /// <param name="known">The shape that the caller was given.</param>
    /// <param name="remedy">What the user can do where neither says the shape.</param>
    /// <param name="role">What the column is.</param>
    /// <exception cref="ArgumentOutOfRangeException">The known shape is that of other images.</exception>
    /// <exception cref="InvalidOperationException">The dimensions are not those of an image.</exception>
    public static ImageShape ShapeOf(DataViewSchema.Column column, ImageShape? known, string remedy, string role = "input")
    {
        var type = (VectorDataViewType)column.Type;
        if (known is { } shape)
            return shape.Size == type.Size ? shape : throw Mismatch(role, column.Name, $"Vector<Single, {shape.Size}>", $"{type}");
        var side = (int)Math.Sqrt(type.Size);
        return type.Dimensions switch
        {
            [<= 4 and var channels, var height, var width] => new ImageShape(channels, height, width),
            [var height, var width] => new ImageShape(1, height, width),
            [var size] when side * side == size => new ImageShape(1, side, side),
            _ => throw new InvalidOperationException($"The shape of the images in column '{column.Name}' cannot be told from its type {type}: {remedy}."),
        };
    }

    /// <summary>Checks that structural similarity can be computed.</summary>
    /// <exception cref="InvalidOperationException">The images are smaller than its window.</exception>
    public static void CheckSimilarity(string name, ImageShape shape)
    {
        if (Math.Min(shape.Height, shape.Width) < ReconstructionMetrics.SimilarityWindow)
            throw new InvalidOperationException(
                $"Structural similarity needs images of at least {ReconstructionMetrics.SimilarityWindow}x{ReconstructionMetrics.SimilarityWindow} pixels; those in column '{name}' are {shape.Height}x{shape.Width}.");
    }

    private static string Describe(SchemaShape.Column column)
    {
        var item = column.IsKey ? $"Key<{column.ItemType}>" : $"{column.ItemType}";
        return column.Kind switch
        {
            SchemaShape.Column.VectorKind.Scalar => item,
            SchemaShape.Column.VectorKind.Vector => $"Vector<{item}>",
            _ => $"VarVector<{item}>",
        };
    }

#pragma warning disable CA2208 // The argument is the caller's, by the name that ML.NET gives it everywhere.
    private static ArgumentOutOfRangeException Missing(string role, string name) => new(Parameter, $"Could not find {role} column '{name}'");

    private static ArgumentOutOfRangeException Mismatch(string role, string name, string expected, string actual) =>
        new(Parameter, $"Schema mismatch for {role} column '{name}': expected {expected}, got {actual}");
#pragma warning restore CA2208
}
