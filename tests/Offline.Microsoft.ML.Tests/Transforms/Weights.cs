using Microsoft.ML.Runtime;
using Offline.Microsoft.ML.Tests.Transforms;

[assembly: LoadableClass(typeof(Weights), null, typeof(SignatureLoadModel), "", Weights.LoaderSignature)]

namespace Offline.Microsoft.ML.Tests.Transforms;

/// <summary>A transformer of another assembly that changes nothing, and saves numbers in an entry of its own.</summary>
internal sealed class Weights(byte[] bytes) : ITransformer
{
    public const string LoaderSignature = "TestWeights";

    private static readonly VersionInfo Version = new("TWEIGHTS", 0x00010001, 0x00010001, 0x00010001, typeof(Weights).Assembly.FullName, LoaderSignature);

    public byte[] Bytes => bytes;

    public bool IsRowToRowMapper => true;

    public static Weights Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var bytes = Array.Empty<byte>();
        var count = ctx.Reader.ReadInt32();
        if (!ctx.TryLoadBinaryStream("Weights.bin", reader => bytes = reader.ReadBytes(count)) || bytes.Length != count)
            throw new FormatException("There are no weights.");
        return new Weights(bytes);
    }

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

    public IDataView Transform(IDataView input) => input;

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) =>
        ((ITransformer)new TransformerChain<ITransformer>()).GetRowToRowMapper(inputSchema);

    public void Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        ctx.SaveBinaryStream("Weights.bin", writer => writer.Write(bytes));
        ctx.Writer.Write(bytes.Length);
    }
}
