using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>A column of images, or of other vectors, found in a schema, and their shape.</summary>
/// <param name="Column">The column, of vectors of Single; of unknown size, as in a data frame, if the shape is given.</param>
/// <param name="Shape">The shape of the images, or the length of the vectors.</param>
internal sealed record ImageColumn(DataViewSchema.Column Column, InputShape Shape)
{
    /// <summary>What the user can do where a type does not tell the shape of images.</summary>
    public const string ShapeRemedy = "give it as the argument 'shape' or the option Shape";

    /// <summary>What the user can do where a type does not tell the length of vectors.</summary>
    public const string LengthRemedy = "set Length in the VectorArchitecture";

    /// <summary>The types of values that <c>ScalePixels</c> accepts.</summary>
    public static readonly NumberDataViewType[] ScalableTypes =
        [NumberDataViewType.Single, NumberDataViewType.Byte, NumberDataViewType.Int32, NumberDataViewType.Double];

    // Smaller squares are rather tables of a few columns.
    private const int SmallestSide = 8;

    // The name that ML.NET gives the argument everywhere.
    private const string Parameter = "inputSchema";

    public string Name => Column.Name;

    public int Index => Column.Index;

    /// <summary>Finds a column and the shape of its images: the one that is known, or that which the dimensions of its type say.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="name">The column's name.</param>
    /// <param name="role">What the column is to the user, such as "input".</param>
    /// <param name="shape">The shape that the images must have; null to tell it from the type.</param>
    /// <param name="remedy">What the user can do where neither says the shape; null if only the number of values matters.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing, or its values are not such images.</exception>
    /// <exception cref="InvalidOperationException">The dimensions are not those of an image.</exception>
    public static ImageColumn Find(DataViewSchema schema, string name, string role, InputShape? shape, string? remedy = ShapeRemedy)
    {
        var column = FindVectors(schema, name, role, NumberDataViewType.Single);
        var type = (VectorDataViewType)column.Type;
        if (shape is { } known)
            return type.Size == known.Size || type.Size == 0
                ? new(column, known)
                : throw Contracts.ExceptSchemaMismatch(Parameter, role, name, $"Vector<Single, {known.Size}>", $"{type}");
        // ML.NET writes such types so elsewhere.
        if (!type.IsKnownSize)
            throw UnknownSize(role, name, Expected(NumberDataViewType.Single), $"Var{type}", remedy ?? ShapeRemedy);
        if (remedy is null)
            return new(column, new ImageShape(1, 1, type.Size));
        return new(column, ShapeOf(type) ?? throw new InvalidOperationException(
            $"The shape of the images in column '{name}' cannot be told from its type {type}: {remedy}."));
    }

    /// <summary>Finds the input of an autoencoder whose options do not say what it is.</summary>
    /// <returns>
    /// Images where the type has the dimensions of images, or where a vector without slot names is as long as a square image of 8x8 pixels
    /// or more; else vectors.
    /// </returns>
    /// <inheritdoc cref="Find"/>
    public static ImageColumn FindInput(DataViewSchema schema, string name, string role, string remedy)
    {
        var column = FindVectors(schema, name, role, NumberDataViewType.Single);
        var type = (VectorDataViewType)column.Type;
        var side = (int)Math.Sqrt(type.Size);
        var isVector = type.IsKnownSize && IsFlat(type)
            && (column.HasSlotNames() || type.Size < SmallestSide * SmallestSide || side * side != type.Size);
        return Find(schema, name, role, isVector ? InputShape.Vector(type.Size) : null, remedy);
    }

    /// <summary>Finds a column of vectors whose length is that of its type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing, or holds no vectors of Single of known size.</exception>
    public static ImageColumn FindVector(DataViewSchema schema, string name, string role)
    {
        var column = FindVectors(schema, name, role, NumberDataViewType.Single);
        return column.Type is VectorDataViewType { IsKnownSize: true, Size: var size }
            ? new(column, InputShape.Vector(size))
            : throw UnknownSize(role, name, Expected(NumberDataViewType.Single), $"Var{column.Type}", LengthRemedy);
    }

    /// <summary>Finds a column of vectors of numbers, of whatever size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing, or its values are no such vectors.</exception>
    public static DataViewSchema.Column FindVectors(DataViewSchema schema, string name, string role, params NumberDataViewType[] itemTypes)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var column = schema.GetColumnOrNull(name) ?? throw Contracts.ExceptSchemaMismatch(Parameter, role, name);
        return column.Type is VectorDataViewType { ItemType: NumberDataViewType item } && itemTypes.Contains(item)
            ? column
            : throw WrongType(role, name, itemTypes, (column.Type as VectorDataViewType)?.ItemType, $"{column.Type}");
    }

    /// <summary>Checks that an estimator's input has a column that can hold images or their bytes.</summary>
    /// <param name="schema">What is known of the input.</param>
    /// <param name="name">The column's name.</param>
    /// <param name="role">What the column is to the user.</param>
    /// <param name="sizeRemedy">What the user can do where vectors have no known size; null where they need none.</param>
    /// <param name="itemTypes">The types that the vectors' values may have.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is missing, or holds other values, or has no known size.</exception>
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

    /// <summary>Adds columns to a shape; one of the same name is replaced.</summary>
    public static SchemaShape Extend(SchemaShape schema, IEnumerable<SchemaShape.Column> added)
    {
        var columns = schema.ToDictionary(c => c.Name);
        foreach (var column in added)
            columns[column.Name] = column;
        return new SchemaShape(columns.Values);
    }

    /// <summary>Promises a column of images like those of the input, of known size: the slots have its names.</summary>
    public static SchemaShape.Column PromiseLike(SchemaShape.Column input, string name) =>
        PromisedColumn.Vector(name, NumberDataViewType.Single, ColumnAnnotations.PromisedOfImages(input));

    /// <summary>Promises a column of numbers of the input's size: where that is unknown, so is this one's.</summary>
    public static SchemaShape.Column PromiseOfSameSize(SchemaShape.Column input, string name) =>
        input.Kind == SchemaShape.Column.VectorKind.Vector
            ? PromiseLike(input, name)
            : PromisedColumn.VectorOfUnknownSize(name, NumberDataViewType.Single);

    /// <summary>Makes the column that <see cref="PromiseLike"/> promises: of its type, or of the shape if that has no size.</summary>
    /// <param name="names">The column whose slot names it has; null for this one.</param>
    public DataViewSchema.DetachedColumn Like(string name, DataViewSchema.Column? names = null) => new(
        name,
        Column.Type is VectorDataViewType { IsKnownSize: false }
            ? new VectorDataViewType(NumberDataViewType.Single, Shape.Batch(1).Skip(1).Select(size => (int)size).ToArray())
            : Column.Type,
        ColumnAnnotations.OfImages(names ?? Column));

    /// <summary>Checks that a row has as many values as its image has: vectors of unknown size can have others.</summary>
    /// <exception cref="InvalidOperationException">It has fewer or more.</exception>
    public void CheckLength(int length)
    {
        if (length != Shape.Size)
            throw new InvalidOperationException($"A row has {length} values in column '{Name}'; {Shape.Description} have {Shape.Size}.");
    }

    /// <summary>Gets the number of a slot with its name, where it has one, for messages: "2 ('Pressure')".</summary>
    public static string NameOfSlot(DataViewSchema.Column column, int slot)
    {
        if (!column.HasSlotNames())
            return $"{slot}";
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return names.GetItemOrDefault(slot) is { IsEmpty: false } name ? $"{slot} ('{name}')" : $"{slot}";
    }

    /// <summary>Checks that structural similarity can be computed.</summary>
    /// <exception cref="InvalidOperationException">The images are smaller than its window.</exception>
    public void CheckSimilarity()
    {
        if (!ImageQuality.HasWindow(Shape))
            throw new InvalidOperationException(
                $"Structural similarity needs images of at least {ImageQuality.SimilarityWindow}x{ImageQuality.SimilarityWindow} pixels;"
                + $" those in column '{Name}' are {Shape.Height}x{Shape.Width}.");
    }

    /// <summary>Whether a type is that of vectors of one dimension, such as ONNX's Vector&lt;Single, 1, 20&gt;.</summary>
    public static bool IsFlat(DataViewType type) =>
        type is VectorDataViewType { Dimensions: var sizes } && sizes.Count(size => size != 1) <= 1;

    /// <summary>Gets the shape of the images that a type of vectors has; null where it is not a type of images.</summary>
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

    /// <summary>Names the step that converts vectors of other numbers.</summary>
    private static Exception WrongType(string role, string name, NumberDataViewType[] itemTypes, DataViewType? vectorItem, string actual)
    {
        var convert = $"ml.Transforms.Conversion.ConvertType(\"{name}\", outputKind: DataKind.Single)";
        var decode = vectorItem == NumberDataViewType.Byte ? "ml.Transforms.DecodePixels where they are picture files, " : "";
        // A feature column is refused in the words of ML.NET's own trainers.
        var remedy = vectorItem switch
        {
            null when role == "feature" => "",
            _ when actual == $"{TextDataViewType.Instance}" =>
                ": if these are paths of pictures, append ml.Transforms.LoadPixels before it",
            _ when actual.StartsWith("Image", StringComparison.Ordinal) => ": append ml.Transforms.ConvertToPixels before it",
            null when actual == $"{NumberDataViewType.Single}" => ": make a vector of columns by ml.Transforms.Concatenate",
            not (NumberDataViewType or BooleanDataViewType) => "",
            _ when itemTypes.Length == 1 && ScalableTypes.Contains(vectorItem) =>
                $": append ml.Transforms.ScalePixels(\"{name}\") before it where the values are in [0, 255], {decode}else {convert}",
            _ => $": append {convert} before it",
        };
        return Contracts.ExceptSchemaMismatch(Parameter, role, name, Expected(itemTypes), actual + remedy);
    }

    private static Exception UnknownSize(string role, string name, string expected, string actual, string remedy) =>
        Contracts.ExceptSchemaMismatch(Parameter, role, name, expected, $"{actual}, whose size is unknown: {remedy}");

    private static string Expected(params NumberDataViewType[] itemTypes) =>
        string.Join(" or ", itemTypes.Select(item => $"Vector<{item}>"));
}
