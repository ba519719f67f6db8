using FashionAE.MLNet.Persistence;
using FashionAE.Torch.Data;
using FashionAE.Torch.Metrics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Autoencoding;

/// <summary>Columns of images in schemas, and the exceptions where there is none; in the words that ML.NET has for them.</summary>
internal static class ImageColumn
{
    /// <summary>What the user can do where a type does not tell the shape of images, in components that take it as an argument.</summary>
    public const string ShapeRemedy = "give it as the argument 'shape'";

    private const string Parameter = "inputSchema";

    /// <summary>Adds columns to a shape; one of the same name is replaced.</summary>
    public static SchemaShape Extend(SchemaShape schema, IEnumerable<SchemaShape.Column> added)
    {
        var columns = schema.ToDictionary(c => c.Name);
        foreach (var column in added)
            columns[column.Name] = column;
        return new SchemaShape(columns.Values);
    }

    /// <summary>Finds a column of vectors of numbers, of whatever size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing, or its values are no such vectors.</exception>
    public static DataViewSchema.Column FindVectors(DataViewSchema schema, string name, string role, NumberDataViewType itemType)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var column = schema.GetColumnOrNull(name) ?? throw Missing(role, name);
        return column.Type is VectorDataViewType { ItemType: var item } && item == itemType
            ? column
            : throw Mismatch(role, name, $"Vector<{itemType}>", $"{column.Type}");
    }

    /// <summary>Finds a column of images. Vectors of unknown size, as in a data frame, will do where their shape is known.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="name">The column's name.</param>
    /// <param name="role">What the column is.</param>
    /// <param name="shape">The shape that its images must have; null for any.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is missing, or its values are not such images.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, string role, ImageShape? shape = null)
    {
        var column = FindVectors(schema, name, role, NumberDataViewType.Single);
        var size = ((VectorDataViewType)column.Type).Size;
        if (shape is { } known)
            return size == known.Size || size == 0 ? column : throw Mismatch(role, name, $"Vector<Single, {known.Size}>", $"{column.Type}");
        return size > 0 ? column : throw Mismatch(role, name, "known-size vector of Single", $"{column.Type}");
    }

    /// <summary>The type of images like those of a column: its own, or where that has no size, one with the dimensions of the shape.</summary>
    private static DataViewType TypeOf(DataViewSchema.Column column, ImageShape? shape) => column.Type is VectorDataViewType { IsKnownSize: false } && shape is { } known
        ? new VectorDataViewType(NumberDataViewType.Single, known.Channels, known.Height, known.Width)
        : column.Type;

    /// <summary>Promises a column of images like those of the input, of known size: the slots have its names.</summary>
    public static SchemaShape.Column ShapeLike(SchemaShape.Column input, string name) =>
        MLNetInternals.Vector(name, input.ItemType, ColumnAnnotations.PromisedOfImages(input));

    /// <summary>Makes the column that <see cref="ShapeLike"/> promises; where the input has no size the shape gives it.</summary>
    public static DataViewSchema.DetachedColumn Like(DataViewSchema.Column input, string name, ImageShape? shape) =>
        new(name, TypeOf(input, shape), ColumnAnnotations.OfImages(input));

    /// <summary>Checks that an estimator's input has a column that can hold images or their bytes.</summary>
    /// <param name="schema">What is known of the input.</param>
    /// <param name="name">The column's name.</param>
    /// <param name="role">What the column is.</param>
    /// <param name="itemType">The type of the vectors' values.</param>
    /// <param name="sizeRemedy">What the user can do where vectors have no known size; null where they need none.</param>
    /// <returns>The column.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is missing, or its values are no such vectors, or not of the same known size.</exception>
    public static SchemaShape.Column Check(SchemaShape schema, string name, string role, NumberDataViewType itemType, string? sizeRemedy)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (!MLNetInternals.TryFind(schema, name, out var column))
            throw Missing(role, name);
        if (column.Kind == SchemaShape.Column.VectorKind.Scalar || column.ItemType != itemType || column.IsKey)
            throw Mismatch(role, name, $"Vector<{itemType}>", MLNetInternals.Describe(column));
        if (column.Kind == SchemaShape.Column.VectorKind.VariableVector && sizeRemedy is not null)
            throw Mismatch(role, name, $"Vector<{itemType}>", $"{MLNetInternals.Describe(column)}, whose size is unknown: {sizeRemedy}");
        return column;
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
            return type.Size == shape.Size || type.Size == 0 ? shape : throw Mismatch(role, column.Name, $"Vector<Single, {shape.Size}>", $"{type}");
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

#pragma warning disable CA2208 // The argument is the caller's, by the name that ML.NET gives it everywhere.
    private static ArgumentOutOfRangeException Missing(string role, string name) => new(Parameter, $"Could not find {role} column '{name}'");

    private static ArgumentOutOfRangeException Mismatch(string role, string name, string expected, string actual) =>
        new(Parameter, $"Schema mismatch for {role} column '{name}': expected {expected}, got {actual}");
#pragma warning restore CA2208
}
