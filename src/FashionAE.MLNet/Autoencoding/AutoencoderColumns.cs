using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>The names of an autoencoder's columns in options; null for a column that is not wanted.</summary>
internal interface IAutoencoderColumnNames
{
    string InputColumnName { get; }
    string? TargetColumnName { get; }
    string? LatentColumnName { get; }
    string? ReconstructionColumnName { get; }
    string? MseColumnName { get; }
    string? PsnrColumnName { get; }
    string? SsimColumnName { get; }
    string? ErrorMapColumnName { get; }
}

/// <summary>Which columns an autoencoder reads and adds.</summary>
/// <param name="Input">The column of images that it sees.</param>
/// <param name="Target">The column of images that reconstructions are compared with; null for the input.</param>
/// <param name="Outputs">What it adds, under which names, in the order of the columns.</param>
internal sealed record AutoencoderColumns(string Input, string? Target, IReadOnlyList<(AutoencoderOutput Kind, string Name)> Outputs)
{
    /// <summary>Whether what is added are the score and the verdict of an anomaly detector.</summary>
    public bool IsDetector => Outputs.Any(o => o.Kind is AnomalyOutput);

    /// <summary>What the input is called in exceptions: ML.NET has features in trainers, and inputs elsewhere.</summary>
    public string InputRole => IsDetector ? "feature" : "input";

    public bool HasScores => Outputs.Any(o => o.Kind.IsScore);

    /// <exception cref="ArgumentException">Nothing is added, or two columns have one name.</exception>
    public static AutoencoderColumns Of(IAutoencoderColumnNames names) => Of(
        names.InputColumnName, names.TargetColumnName, [.. AutoencoderOutput.All.Select(output => (output, output.NameIn(names)))]);

    /// <inheritdoc cref="Of(IAutoencoderColumnNames)"/>
    public static AutoencoderColumns Of(string input, string? target, params (AutoencoderOutput Kind, string? Name)[] outputs)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        if (target is { Length: 0 })
            throw new ArgumentException("The target column has no name: name it, or leave it null.", nameof(target));
        (AutoencoderOutput Kind, string Name)[] named = [.. outputs.Where(o => o.Name is not null).Select(o => (o.Kind, o.Name!))];
        if (named.Length == 0)
            throw new ArgumentException(
                "No output column is named: set LatentColumnName, ReconstructionColumnName or one of the scores' names.", nameof(outputs));
        if (named.GroupBy(o => o.Name).FirstOrDefault(g => g.Count() > 1 || g.Key.Length == 0) is { } twice)
            throw new ArgumentException(
                $"Output columns need names of their own, and '{twice.Key}' is none or is given twice.", nameof(outputs));
        return new AutoencoderColumns(input, target, named);
    }

    /// <summary>Promises the columns that are added.</summary>
    /// <param name="schema">What is known of the input.</param>
    /// <param name="trains">Whether the target is read, whatever is added.</param>
    /// <param name="sizeRemedy">What the user can do where vectors have no known size; null where they need none.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column that is read is missing, or holds no images.</exception>
    public IEnumerable<SchemaShape.Column> Promise(SchemaShape schema, bool trains = false, string? sizeRemedy = null)
    {
        var input = ImageColumn.Check(schema, Input, InputRole, sizeRemedy, NumberDataViewType.Single);
        if (Target is not null && (trains || HasScores))
            ImageColumn.Check(schema, Target, "target", sizeRemedy, NumberDataViewType.Single);
        return Outputs.Select(o => o.Kind.Promise(o.Name, input));
    }

    /// <summary>Gets the rows of a view to learn from: inputs, and targets where those are another column.</summary>
    /// <param name="view">The view.</param>
    /// <param name="option">The option that the view is given as, for errors; null for the view that is fitted.</param>
    /// <param name="shape">The shape of the inputs.</param>
    /// <param name="masksMissing">Whether values that are NaN are taken.</param>
    /// <inheritdoc cref="ImageColumn.Find"/>
    public ImageRows RowsOf(IDataView view, string? option, InputShape shape, bool masksMissing)
    {
        var role = option is null ? "" : $"{option} ";
        var images = ImageColumn.Find(view.Schema, Input, role + InputRole, shape);
        var targets = Target is { } name && name != Input ? ImageColumn.Find(view.Schema, name, role + "target", shape) : null;
        return new(view, images, targets, option) { MasksMissing = masksMissing };
    }

    /// <summary>Finds the column of vectors, whatever they are, and checks that all outputs can be computed for them.</summary>
    /// <inheritdoc cref="ImageColumn.Find"/>
    public ImageColumn FindVectors(DataViewSchema schema)
    {
        var column = ImageColumn.FindVector(schema, Input, InputRole);
        return FindInput(schema, column.Shape);
    }

    /// <summary>Finds the column of images, and checks that all outputs can be computed for them.</summary>
    /// <inheritdoc cref="ImageColumn.Find"/>
    public ImageColumn FindInput(DataViewSchema schema, InputShape? shape, string remedy = ImageColumn.ShapeRemedy)
    {
        var input = shape is null
            ? ImageColumn.FindInput(schema, Input, InputRole, remedy)
            : ImageColumn.Find(schema, Input, InputRole, shape, remedy);
        foreach (var (output, _) in Outputs)
            output.Check(input);
        return input;
    }
}
