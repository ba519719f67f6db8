using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>
/// A step of a pipeline: its settings, and what it computes by them. The settings are what a model file keeps, as JSON, so that names of
/// public members are names in files; <see cref="ComponentFile{TComponent}"/> saves and loads them.
/// </summary>
internal abstract record Component
{
    /// <summary>Gets what messages call the step: the name of the catalog's method.</summary>
    internal abstract string Step { get; }

    /// <summary>Gets how many rows one row becomes.</summary>
    internal virtual int RowsPerRow => 1;

    /// <summary>Gets a value indicating whether every pass over a view takes so long that a third one should be a cache's.</summary>
    internal virtual bool IsCostly => false;

    /// <summary>Checks the settings: estimators and files are held to the same.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range, or a column has no name.</exception>
    internal abstract void Check();

    /// <summary>Checks the columns that are read, as far as an estimator knows them, and promises those that are added.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or its size is not known.</exception>
    internal abstract IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema);

    /// <summary>
    /// Loads the native libraries that computing needs, before the first row, in whose cursor an error would come late and wrapped.
    /// Loading a model and binding it to a schema needs none.
    /// </summary>
    /// <exception cref="DllNotFoundException">One is missing.</exception>
    internal virtual void EnsureLibraries()
    {
    }

    /// <summary>Finds the columns that are read, and tells those that are added and how they are computed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type or size.</exception>
    /// <exception cref="InvalidOperationException">The shape of the images cannot be told, or is not one that the step can use.</exception>
    internal abstract BatchMapping Bind(DataViewSchema inputSchema);

    /// <summary>Makes the transformer by which users know the step.</summary>
    internal abstract BatchTransformer ToTransformer();

    /// <summary>Makes the transformer again from a model file, in which more than the settings may be.</summary>
    internal virtual BatchTransformer Load(ModelLoadContext context) => ToTransformer();

    internal abstract void Save(ModelSaveContext context);

    /// <summary>Refuses columns without a name.</summary>
    /// <exception cref="ArgumentException">A name is null or empty.</exception>
    protected static void CheckNames(params IEnumerable<string?> names)
    {
        if (names.Any(string.IsNullOrEmpty))
            throw new ArgumentException("A column has no name.");
    }
}

/// <summary>A component that is saved.</summary>
/// <typeparam name="TSelf">The component itself.</typeparam>
internal abstract record Component<TSelf> : Component
    where TSelf : Component<TSelf>, ISaved
{
    internal sealed override void Save(ModelSaveContext context) => ComponentFile<TSelf>.Save(context, (TSelf)this);
}

/// <summary>What the model file calls a component.</summary>
internal interface ISaved
{
    /// <summary>Gets eight characters that tell what is saved.</summary>
    static abstract string Kind { get; }

    /// <summary>Gets the name by which ML.NET finds the loader.</summary>
    static abstract string Signature { get; }
}
