using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>
/// A step of a pipeline: its settings and its computation. <see cref="ComponentFile{TComponent}"/> saves the settings in model files as
/// JSON and loads them. The JSON contains the names of public members: if you rename a member, keep its old name in the JSON with the
/// attribute JsonPropertyName.
/// </summary>
internal abstract record Component
{
    /// <summary>Gets the step's name in messages: the name of the catalog's method.</summary>
    internal abstract string Step { get; }

    /// <summary>Gets the number of output rows per input row.</summary>
    internal virtual int RowsPerRow => 1;

    /// <summary>Gets a value indicating whether a pass over a view is so slow that repeated passes should read a cache.</summary>
    internal virtual bool IsCostly => false;

    /// <summary>Checks the settings. The same rules apply to estimators and to model files.</summary>
    /// <exception cref="ArgumentException">A setting is out of range, or a column name is empty.</exception>
    internal abstract void Check();

    /// <summary>Checks the columns to read, as far as an estimator knows them, and promises the added columns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, has the wrong type, or has an unknown size.</exception>
    internal abstract IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema);

    /// <summary>
    /// Loads the native libraries for the computation before the first row is read. If a cursor loaded them, an error would come late and
    /// inside another exception. The libraries are not needed to load a model or to bind it to a schema.
    /// </summary>
    /// <exception cref="DllNotFoundException">A library is missing.</exception>
    internal virtual void EnsureLibraries()
    {
    }

    /// <summary>Finds the columns to read, and returns the added columns and their computation.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type or size.</exception>
    /// <exception cref="InvalidOperationException">The shape of the images is unknown, or the step cannot use it.</exception>
    internal abstract BatchMapping Bind(DataViewSchema inputSchema);

    /// <summary>Creates the public transformer of the step.</summary>
    internal abstract BatchTransformer ToTransformer();

    /// <summary>Creates the transformer from a model file, which may contain more than the settings.</summary>
    internal virtual BatchTransformer Load(ModelLoadContext context) => ToTransformer();

    internal abstract void Save(ModelSaveContext context);

    /// <summary>Throws if a column name is missing.</summary>
    /// <exception cref="ArgumentException">A name is null or empty.</exception>
    protected static void CheckNames(params IEnumerable<string?> names)
    {
        if (names.Any(string.IsNullOrEmpty))
            throw new ArgumentException("A column name is null or empty.");
    }
}

/// <summary>A component that can be saved.</summary>
/// <typeparam name="TSelf">The component itself.</typeparam>
internal abstract record Component<TSelf> : Component
    where TSelf : Component<TSelf>, ISaved
{
    internal sealed override void Save(ModelSaveContext context) => ComponentFile<TSelf>.Save(context, (TSelf)this);
}

/// <summary>Specifies the names of a component in a model file.</summary>
internal interface ISaved
{
    /// <summary>Gets the eight characters that identify the kind of component.</summary>
    static abstract string Kind { get; }

    /// <summary>Gets the signature with which ML.NET finds the loader.</summary>
    static abstract string Signature { get; }
}
