using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The place in a model file where a component reads itself.</summary>
internal sealed class ModelLoadContext : IDisposable
{
    public const string ModelStreamName = "Model.key";

    public readonly RepositoryReader Repository;
    public readonly string Directory;
    public readonly BinaryReader Reader;
    public readonly string LoaderAssemblyName;
    public readonly string[] Strings;
    public readonly long FpMin;
    private readonly ModelHeader.Content _content;

    private ModelLoadContext(RepositoryReader repository, string directory, ModelHeader.Content content)
    {
        (Repository, Directory, _content) = (repository, directory, content);
        Reader = new BinaryReader(new MemoryStream(content.Model.Array, content.Model.Offset, content.Model.Count, writable: false));
        LoaderAssemblyName = content.LoaderAssembly;
        Strings = [.. content.Strings];
        FpMin = 0;
    }

    public bool InRepository => true;

    public static bool LoadModelOrNull<TRes, TSig>(IHostEnvironment env, out TRes result, RepositoryReader rep, string dir, params object[] extra)
        where TRes : class
    {
        result = null;
        if (rep.Read(dir, ModelStreamName) is not { } bytes)
            return false;
        using var context = new ModelLoadContext(rep, dir, ModelHeader.Split(bytes));
        result = context.Create(env) as TRes ?? throw new FormatException($"Couldn't load model: '{context._content.LoaderSignature}' is no {typeof(TRes)}");
        return true;
    }

    public static void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, RepositoryReader rep, string dir, params object[] extra)
        where TRes : class
    {
        if (!LoadModelOrNull<TRes, TSig>(env, out result, rep, dir, extra))
            throw new FormatException("Corrupt model file");
    }

    public void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, string name, params object[] extra)
        where TRes : class => LoadModel<TRes, TSig>(env, out result, Repository, RepositoryReader.Join(Directory, name), extra);

    public void CheckAtModel()
    {
        if (Reader.BaseStream.Position != 0)
            throw new FormatException("The component has begun to read already.");
    }

    public void CheckAtModel(VersionInfo ver)
    {
        CheckAtModel();
        CheckVersionInfo(ver);
    }

    public void CheckVersionInfo(VersionInfo ver)
    {
        if (_content.ModelSignature != ver.ModelSignature)
            throw new FormatException("Unknown file type");
        if (_content.VerReadable > _content.VerWritten)
            throw new FormatException("Corrupt file header");
        if (_content.VerReadable > ver.VerWrittenCur)
            throw new FormatException($"Cause: the model was written by a newer version (0x{_content.VerReadable:x8}) than this code can read (0x{ver.VerWrittenCur:x8})");
        if (_content.VerWritten < ver.VerWeCanReadBack)
            throw new FormatException($"Cause: the model was written by a version (0x{_content.VerWritten:x8}) that is too old for this code");
    }

    public bool TryLoadBinaryStream(string name, Action<BinaryReader> action)
    {
        if (Repository.Read(Directory, name) is not { } bytes)
            return false;
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false));
        action(reader);
        return true;
    }

    public string LoadStringOrNull()
    {
        var index = Reader.ReadInt32();
        if (index < -1 || index >= Strings.Length)
            throw new FormatException("Corrupt model file");
        return index < 0 ? null : Strings[index];
    }

    public string LoadString() => LoadStringOrNull() ?? throw new FormatException("Corrupt model file");

    public string LoadNonEmptyString() => LoadString() is { Length: > 0 } text ? text : throw new FormatException("Corrupt model file");

    public void Dispose() => Reader.Dispose();

    /// <summary>Calls the Create of the loader that the file names, wherever that is.</summary>
    private object Create(IHostEnvironment env)
    {
        env.ComponentCatalog.RegisterAssembly(typeof(ModelLoadContext).Assembly);
        if (LoaderAssemblyName.Length > 0)
            env.ComponentCatalog.RegisterAssembly(LoadAssembly(LoaderAssemblyName));
        var loadable = env.ComponentCatalog.Find(_content.LoaderSignature)
            ?? throw new FormatException($"Couldn't load model: unknown loader '{_content.LoaderSignature}'");
        const BindingFlags Any = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        var create = loadable.LoaderType.GetMethod("Create", Any, [typeof(IHostEnvironment), typeof(ModelLoadContext)]);
        if (create is null || create.ReturnType != loadable.InstanceType)
            throw new InvalidOperationException($"{loadable.LoaderType} has no static Create(IHostEnvironment, ModelLoadContext) that returns {loadable.InstanceType}.");
        return create.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [env, this], null);
    }

    private static Assembly LoadAssembly(string name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"Couldn't load model: '{name}' is no name of an assembly", e);
        }
    }
}
