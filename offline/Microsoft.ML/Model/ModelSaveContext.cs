namespace Microsoft.ML;

/// <summary>The place in a model file where a component writes itself.</summary>
public sealed class ModelSaveContext : IDisposable
{
    internal readonly RepositoryWriter Repository;
    internal readonly string Directory;
    internal readonly BinaryWriter Writer;
    internal readonly long FpMin;
    private readonly string _name;
    private readonly MemoryStream _model = new();
    private readonly List<string> _strings = [];
    private VersionInfo? _version;

    internal ModelSaveContext(RepositoryWriter rep, string dir, string name)
    {
        (Repository, Directory, _name) = (rep, dir, name);
        Writer = new BinaryWriter(_model);
        FpMin = 0;
    }

    internal bool InRepository => true;

    public void Dispose() => Writer.Dispose();

    internal static void SaveModel<T>(RepositoryWriter rep, T value, string path)
        where T : class
    {
        if (value is not ICanSaveModel model)
            throw new InvalidOperationException($"{value?.GetType()} cannot be saved.");
        using var context = new ModelSaveContext(rep, path, ModelLoadContext.ModelStreamName);
        model.Save(context);
        context.Done();
    }

    internal void SaveModel<T>(T value, string name)
        where T : class => SaveModel(Repository, value, RepositoryReader.Join(Directory, name));

    internal void CheckAtModel()
    {
        if (_model.Position != 0)
            throw new InvalidOperationException("The component has begun to write already.");
    }

    internal void SetVersionInfo(VersionInfo ver) => _version = ver;

    internal void SaveBinaryStream(string name, Action<BinaryWriter> action)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        action(writer);
        writer.Flush();
        Repository.Add(Directory, name, stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    internal void SaveString(string str)
    {
        ArgumentNullException.ThrowIfNull(str);
        SaveStringOrNull(str);
    }

    internal void SaveNonEmptyString(string str)
    {
        ArgumentException.ThrowIfNullOrEmpty(str);
        SaveStringOrNull(str);
    }

    internal void SaveStringOrNull(string str)
    {
        var index = str is null ? -1 : _strings.IndexOf(str);
        if (index < 0 && str is not null)
        {
            index = _strings.Count;
            _strings.Add(str);
        }
        Writer.Write(index);
    }

    internal void Done()
    {
        Writer.Flush();
        var version = _version ?? throw new InvalidOperationException("The component did not set its version.");
        Repository.Add(Directory, _name, ModelHeader.Join(version, _model.GetBuffer().AsSpan(0, (int)_model.Length), _strings));
    }
}
