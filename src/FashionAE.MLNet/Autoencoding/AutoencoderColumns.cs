using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>The names of an autoencoder's columns in options. Null means that the column is not added.</summary>
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

/// <summary>The columns that an autoencoder reads and adds.</summary>
/// <param name="Input">The column of images that the network encodes.</param>
/// <param name="Target">The column of images that reconstructions are compared with; null for the input column.</param>
/// <param name="Outputs">The outputs and the names of their columns, in the order of the columns.</param>
internal sealed record AutoencoderColumns(string Input, string? Target, IReadOnlyList<(AutoencoderOutput Kind, string Name)> Outputs)
{
    /// <summary>Gets a value indicating whether the outputs are those of an anomaly detector.</summary>
    public bool IsDetector => Outputs.Any(o => o.Kind is AnomalyOutput);

    /// <summary>Gets the role of the input in exceptions. ML.NET calls it a feature in trainers, and an input elsewhere.</summary>
    public string InputRole => IsDetector ? "feature" : "input";

    public bool HasScores => Outputs.Any(o => o.Kind.IsScore);

    /// <exception cref="ArgumentException">No output column is set, or two columns have the same name.</exception>
    public static AutoencoderColumns Of(IAutoencoderColumnNames names) => Of(
        names.InputColumnName, names.TargetColumnName, [.. AutoencoderOutput.All.Select(output => (output, output.NameIn(names)))]);

    /// <inheritdoc cref="Of(IAutoencoderColumnNames)"/>
    public static AutoencoderColumns Of(string input, string? target, params (AutoencoderOutput Kind, string? Name)[] outputs)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        if (target is { Length: 0 })
            throw new ArgumentException("The target column name is empty: set a name, or null for the input column.", nameof(target));
        (AutoencoderOutput Kind, string Name)[] named = [.. outputs.Where(o => o.Name is not null).Select(o => (o.Kind, o.Name!))];
        if (named.Length == 0)
            throw new ArgumentException(
                "No output column is set: set LatentColumnName, ReconstructionColumnName or the column name of a score.", nameof(outputs));
        if (named.GroupBy(o => o.Name).FirstOrDefault(g => g.Count() > 1 || g.Key.Length == 0) is { } twice)
            throw new ArgumentException(
                $"Each output column needs a unique name, but '{twice.Key}' is empty or is used twice.", nameof(outputs));
        return new AutoencoderColumns(input, target, named);
    }

    /// <summary>Gets the schema of the columns that are added.</summary>
    /// <param name="schema">The schema of the input.</param>
    /// <param name="trains">Whether the estimator trains. Training needs the target even if no output needs it.</param>
    /// <param name="sizeRemedy">The remedy for messages if the size of the vectors is unknown; null if no size is needed.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column to read is missing, or is not a column of images.</exception>
    public IEnumerable<SchemaShape.Column> Promise(SchemaShape schema, bool trains = false, string? sizeRemedy = null)
    {
        var input = ImageColumn.Check(schema, Input, InputRole, sizeRemedy, NumberDataViewType.Single);
        if (Target is not null && (trains || HasScores))
            ImageColumn.Check(schema, Target, "target", sizeRemedy, NumberDataViewType.Single);
        return Outputs.Select(o => o.Kind.Promise(o.Name, input));
    }

    /// <summary>Gets the rows of a view to learn from: the inputs, and the targets if they are in another column.</summary>
    /// <param name="view">The view.</param>
    /// <param name="option">
    /// The name of the option that contains the view, for messages; null for the view that is passed to <c>Fit</c>.
    /// </param>
    /// <param name="shape">The shape of the inputs.</param>
    /// <param name="masksMissing">Whether NaN is accepted as a missing value.</param>
    /// <inheritdoc cref="ImageColumn.Find"/>
    public ImageRows RowsOf(IDataView view, string? option, InputShape shape, bool masksMissing)
    {
        var role = option is null ? "" : $"{option} ";
        var images = ImageColumn.Find(view.Schema, Input, role + InputRole, shape);
        var targets = Target is { } name && name != Input ? ImageColumn.Find(view.Schema, name, role + "target", shape) : null;
        return new(view, images, targets, option) { MasksMissing = masksMissing };
    }

    /// <summary>Finds the input column of vectors that are not images, and checks that all outputs can be computed for them.</summary>
    /// <inheritdoc cref="ImageColumn.Find"/>
    public ImageColumn FindVectors(DataViewSchema schema)
    {
        var column = ImageColumn.FindVector(schema, Input, InputRole);
        return FindInput(schema, column.Shape);
    }

    /// <summary>Finds the input column, and checks that all outputs can be computed for it.</summary>
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
