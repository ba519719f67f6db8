using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>A column of images, or of other vectors, that was found in a schema, and the shape of its values.</summary>
/// <param name="Column">
/// The column of vectors of Single. If the caller gave the shape, the type's size may be unknown, as in a data frame.
/// </param>
/// <param name="Shape">The shape of the images, or the length of the vectors.</param>
internal sealed record ImageColumn(DataViewSchema.Column Column, InputShape Shape)
{
    /// <summary>The remedy if the shape of images does not follow from the type.</summary>
    public const string ShapeRemedy = "set the argument 'shape' or the option Shape";

    /// <summary>The remedy if the length of vectors does not follow from the type.</summary>
    public const string LengthRemedy = "set Length in the VectorArchitecture";

    /// <summary>The value types that <c>ScalePixels</c> accepts.</summary>
    public static readonly NumberDataViewType[] ScalableTypes =
        [NumberDataViewType.Single, NumberDataViewType.Byte, NumberDataViewType.Int32, NumberDataViewType.Double];

    // Vectors shorter than 8 x 8 values are more likely rows of a table than images.
    private const int SmallestSide = 8;

    // ML.NET uses this name for the argument everywhere.
    private const string Parameter = "inputSchema";

    public string Name => Column.Name;

    public int Index => Column.Index;

    /// <summary>
    /// Finds a column and the shape of its images: the given shape, or the one that follows from the dimensions of its type.
    /// </summary>
    /// <param name="schema">The schema.</param>
    /// <param name="name">The column's name.</param>
    /// <param name="role">The role of the column in messages, such as "input".</param>
    /// <param name="shape">The shape that the images must have; null to use the dimensions of the type.</param>
    /// <param name="remedy">The remedy for messages if the shape is unknown; null if only the number of values matters.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of the wrong type or size.</exception>
    /// <exception cref="InvalidOperationException">The dimensions are not those of an image.</exception>
    public static ImageColumn Find(DataViewSchema schema, string name, string role, InputShape? shape, string? remedy = ShapeRemedy)
    {
        var column = FindVectors(schema, name, role, NumberDataViewType.Single);
        var type = (VectorDataViewType)column.Type;
        if (shape is { } known)
            return type.Size == known.Size || type.Size == 0
                ? new(column, known)
                : throw Contracts.ExceptSchemaMismatch(Parameter, role, name, $"Vector<Single, {known.Size}>", $"{type}");
        // ML.NET's schema shapes also write a vector type of unknown size as VarVector.
        if (!type.IsKnownSize)
            throw UnknownSize(role, name, Expected(NumberDataViewType.Single), $"Var{type}", remedy ?? ShapeRemedy);
        if (remedy is null)
            return new(column, new ImageShape(1, 1, type.Size));
        return new(column, ShapeOf(type) ?? throw new InvalidOperationException(
            $"The shape of the images in column '{name}' does not follow from its type {type}: {remedy}."));
    }

    /// <summary>Finds the input of an autoencoder whose options do not specify what the input is.</summary>
    /// <returns>
    /// A column of vectors if the type is flat (<see cref="IsFlat"/>) and at least one of these conditions is true: the type has several
    /// dimensions, such as Vector&lt;Single, 1, 64&gt;; the column has slot names; the length is not that of a square image of 8x8 pixels
    /// or more. Otherwise a column of images.
    /// </returns>
    /// <inheritdoc cref="Find"/>
    public static ImageColumn FindInput(DataViewSchema schema, string name, string role, string remedy)
    {
        var column = FindVectors(schema, name, role, NumberDataViewType.Single);
        var type = (VectorDataViewType)column.Type;
        var side = (int)Math.Sqrt(type.Size);
        var isVector = type.IsKnownSize && IsFlat(type)
            && (type.Dimensions.Length > 1 || column.HasSlotNames() || type.Size < SmallestSide * SmallestSide || side * side != type.Size);
        return Find(schema, name, role, isVector ? InputShape.Vector(type.Size) : null, remedy);
    }

    /// <summary>Finds a column of vectors whose type specifies their length.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or does not hold vectors of Single of known size.</exception>
    public static ImageColumn FindVector(DataViewSchema schema, string name, string role)
    {
        var column = FindVectors(schema, name, role, NumberDataViewType.Single);
        return column.Type is VectorDataViewType { IsKnownSize: true, Size: var size }
            ? new(column, InputShape.Vector(size))
            : throw UnknownSize(role, name, Expected(NumberDataViewType.Single), $"Var{column.Type}", LengthRemedy);
    }

    /// <summary>Finds a column of number vectors of any size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or does not hold such vectors.</exception>
    public static DataViewSchema.Column FindVectors(DataViewSchema schema, string name, string role, params NumberDataViewType[] itemTypes)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var column = schema.GetColumnOrNull(name) ?? throw Contracts.ExceptSchemaMismatch(Parameter, role, name);
        return column.Type is VectorDataViewType { ItemType: NumberDataViewType item } && itemTypes.Contains(item)
            ? column
            : throw WrongType(role, name, itemTypes, (column.Type as VectorDataViewType)?.ItemType, $"{column.Type}");
    }

    /// <summary>Checks that an estimator's input has a column that can hold images or their bytes.</summary>
    /// <param name="schema">The schema as far as it is known before training.</param>
    /// <param name="name">The column's name.</param>
    /// <param name="role">The role of the column in messages.</param>
    /// <param name="sizeRemedy">The remedy if the size of the vectors is unknown; null if no known size is needed.</param>
    /// <param name="itemTypes">The accepted types of the vectors' values.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing, has the wrong type, or has an unknown size.</exception>
    public static SchemaShape.Column Check(
        SchemaShape schema, string name, string role, string? sizeRemedy, params NumberDataViewType[] itemTypes)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (!schema.TryFindColumn(name, out var column))
            throw Contracts.ExceptSchemaMismatch(Parameter, role, name);
        var vectorItem = column.Kind == SchemaShape.Column.VectorKind.Scalar || column.IsKey ? null : column.ItemType;
        if (!itemTypes.Contains(vectorItem))
            throw WrongType(role, name, itemTypes, vectorItem, column.GetTypeString());
        if (column.Kind == SchemaShape.Column.VectorKind.VariableVector && sizeRemedy is not null)
            throw UnknownSize(role, name, Expected(itemTypes), column.GetTypeString(), sizeRemedy);
        return column;
    }

    /// <summary>Adds columns to a schema shape. A new column replaces one of the same name.</summary>
    public static SchemaShape Extend(SchemaShape schema, IEnumerable<SchemaShape.Column> added)
    {
        var columns = schema.ToDictionary(c => c.Name);
        foreach (var column in added)
            columns[column.Name] = column;
        return new SchemaShape(columns.Values);
    }

    /// <summary>Promises a column of images like those of the input, with a known size and the same slot names.</summary>
    public static SchemaShape.Column PromiseLike(SchemaShape.Column input, string name) =>
        PromisedColumn.Vector(name, NumberDataViewType.Single, ColumnAnnotations.PromisedOfImages(input));

    /// <summary>Promises a column of Single vectors with the input's size, which may be unknown.</summary>
    public static SchemaShape.Column PromiseOfSameSize(SchemaShape.Column input, string name) =>
        input.Kind == SchemaShape.Column.VectorKind.Vector
            ? PromiseLike(input, name)
            : PromisedColumn.VectorOfUnknownSize(name, NumberDataViewType.Single);

    /// <summary>
    /// Creates the column that <see cref="PromiseLike"/> promises. Its type is the input's type. If that type has no size, the new type has
    /// the dimensions of <see cref="Shape"/>.
    /// </summary>
    /// <param name="name">The name of the new column.</param>
    /// <param name="names">The column whose slot names are used; null for this one.</param>
    public DataViewSchema.DetachedColumn Like(string name, DataViewSchema.Column? names = null) => new(
        name,
        Column.Type is VectorDataViewType { IsKnownSize: false }
            ? new VectorDataViewType(NumberDataViewType.Single, Shape.Batch(1).Skip(1).Select(size => (int)size).ToArray())
            : Column.Type,
        ColumnAnnotations.OfImages(names ?? Column));

    /// <summary>Checks the number of values in a row. If the column's type has no size, rows may have different numbers.</summary>
    /// <exception cref="InvalidOperationException">The row has fewer or more values.</exception>
    public void CheckLength(int length)
    {
        if (length != Shape.Size)
            throw new InvalidOperationException(
                $"A row has {length} values in column '{Name}', but {Shape.Description} have {Shape.Size}.");
    }

    /// <summary>Gets the number of a slot for messages, with its name if it has one: "2 ('Pressure')".</summary>
    public static string NameOfSlot(DataViewSchema.Column column, int slot)
    {
        if (!column.HasSlotNames())
            return $"{slot}";
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return names.GetItemOrDefault(slot) is { IsEmpty: false } name ? $"{slot} ('{name}')" : $"{slot}";
    }

    /// <summary>Checks that structural similarity can be computed.</summary>
    /// <exception cref="InvalidOperationException">The images are smaller than the window of structural similarity.</exception>
    public void CheckSimilarity()
    {
        if (!ImageQuality.HasWindow(Shape))
            throw new InvalidOperationException(
                $"Structural similarity needs images of at least {ImageQuality.SimilarityWindow}x{ImageQuality.SimilarityWindow} pixels,"
                + $" but those in column '{Name}' have {Shape.Height}x{Shape.Width}.");
    }

    /// <summary>Returns whether a vector type has at most one dimension that is not 1, as in ONNX's Vector&lt;Single, 1, 20&gt;.</summary>
    public static bool IsFlat(DataViewType type) =>
        type is VectorDataViewType { Dimensions: var sizes } && sizes.Count(size => size != 1) <= 1;

    /// <summary>Gets the image shape of a vector type; null if it is not a type of images.</summary>
    private static ImageShape? ShapeOf(VectorDataViewType type)
    {
        var side = (int)Math.Sqrt(type.Size);
        return type.Dimensions switch
        {
            [<= 4 and var channels, var height, var width] => new ImageShape(channels, height, width),
            [var height, var width] => new ImageShape(1, height, width),
            [var size] when side * side == size => new ImageShape(1, side, side),
            _ => null,
        };
    }

    /// <summary>Creates the exception for a column of the wrong type, with the step that converts it.</summary>
    private static Exception WrongType(string role, string name, NumberDataViewType[] itemTypes, DataViewType? vectorItem, string actual)
    {
        var convert = $"ml.Transforms.Conversion.ConvertType(\"{name}\", outputKind: DataKind.Single)";
        var decode = vectorItem == NumberDataViewType.Byte ? "ml.Transforms.DecodePixels if they are image files, " : "";
        // For a feature column without vectors, the message is the same as that of ML.NET's own trainers.
        var remedy = vectorItem switch
        {
            null when role == "feature" => "",
            _ when actual == $"{TextDataViewType.Instance}" =>
                ": if these are paths of image files, append ml.Transforms.LoadPixels before it",
            _ when actual.StartsWith("Image", StringComparison.Ordinal) => ": append ml.Transforms.ConvertToPixels before it",
            null when actual == $"{NumberDataViewType.Single}" => ": combine columns to a vector with ml.Transforms.Concatenate",
            not (NumberDataViewType or BooleanDataViewType) => "",
            _ when itemTypes.Length == 1 && ScalableTypes.Contains(vectorItem) =>
                $": append ml.Transforms.ScalePixels(\"{name}\") before it if the values are in [0, 255], {decode}otherwise {convert}",
            _ => $": append {convert} before it",
        };
        return Contracts.ExceptSchemaMismatch(Parameter, role, name, Expected(itemTypes), actual + remedy);
    }

    private static Exception UnknownSize(string role, string name, string expected, string actual, string remedy) =>
        Contracts.ExceptSchemaMismatch(Parameter, role, name, expected, $"{actual}, whose size is unknown: {remedy}");

    private static string Expected(params NumberDataViewType[] itemTypes) =>
        string.Join(" or ", itemTypes.Select(item => $"Vector<{item}>"));
}
