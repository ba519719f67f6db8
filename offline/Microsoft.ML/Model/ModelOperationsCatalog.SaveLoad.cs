using System.Reflection;
using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class ModelOperationsCatalog
{
    private const string VersionDirectory = "TrainingInfo";
    private const string VersionEntry = "Version.txt";
    private const string SchemaEntry = "Schema";

    public void Save(ITransformer model, DataViewSchema inputSchema, string filePath)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var stream = File.Create(filePath);
        Save(model, inputSchema, stream);
    }

    public void Save(ITransformer model, DataViewSchema inputSchema, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        using var repository = new RepositoryWriter(stream);
        var version = typeof(MLContext).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        repository.Add(VersionDirectory, VersionEntry, Encoding.UTF8.GetBytes(version + "\n"));
        // A transformer that is no chain stands here all the same.
        ModelSaveContext.SaveModel(repository, model, TransformerChain.LoaderSignature);
        if (inputSchema is not null)
            repository.Add("", SchemaEntry, SchemaFormat.Write(inputSchema));
    }

    public ITransformer Load(string filePath, out DataViewSchema inputSchema)
    {
        using var stream = File.OpenRead(filePath);
        return Load(stream, out inputSchema);
    }

    public ITransformer Load(Stream stream, out DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var repository = new RepositoryReader(stream);
        try
        {
            ModelLoadContext.LoadModel<ITransformer, SignatureLoadModel>(_environment, out var model, repository, TransformerChain.LoaderSignature);
            inputSchema = repository.Read("", SchemaEntry) is { } bytes ? SchemaFormat.Read(bytes) : null;
            return model;
        }
        catch (EndOfStreamException e)
        {
            throw new FormatException("Corrupt model file", e);
        }
    }
}
