using System.Security.Cryptography;
using System.Text;
using FashionAE.MLNet.Autoencoding;
using FashionAE.MLNet.Persistence;
using FashionAE.Torch.Models;
using FashionAE.Torch.Persistence;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(AutoencoderTransformer), typeof(MLNetInternals), null, typeof(SignatureLoadModel), "", MLNetInternals.LoaderSignature)]

namespace FashionAE.MLNet.Persistence
{
    /// <summary>All that this library uses of ML.NET's internals: the environment of a catalog, shapes of columns, model files.</summary>
    internal static class MLNetInternals
    {
        public const string LoaderSignature = "FashionAE.Autoencoder";

        private const string WeightsName = "Autoencoder.safetensors";

        private static VersionInfo Version => new(
            modelSignature: "FSHN AE ",
            verWrittenCur: 0x00010001,
            verReadableCur: 0x00010001,
            verWeCanReadBack: 0x00010001,
            loaderAssemblyName: typeof(MLNetInternals).Assembly.FullName,
            loaderSignature: LoaderSignature);

        public static IHostEnvironment EnvironmentOf(TransformsCatalog catalog) => catalog.GetEnvironment();

        public static SchemaShape.Column Shape(string name, bool isVector) => new(
            name, isVector ? SchemaShape.Column.VectorKind.Vector : SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, false);

        public static SchemaShape ShapeOf(DataViewSchema schema) => SchemaShape.Create(schema);

        /// <summary>Writes a transformer where a model file is being written: its columns, the model, and the SHA-256 of both.</summary>
        public static void Save(AutoencoderTransformer transformer, ModelSaveContext context)
        {
            context.CheckAtModel();
            context.SetVersionInfo(Version);
            using var model = new MemoryStream();
            AutoencoderFile.Save(transformer.Model, model);
            var bytes = model.ToArray();

            var (columns, writer) = (transformer.Columns, context.Writer);
            writer.Write(transformer.BatchSize);
            context.SaveNonEmptyString(columns.Input);
            context.SaveStringOrNull(columns.Target);
            writer.Write(columns.Outputs.Count);
            foreach (var (kind, name) in columns.Outputs)
            {
                writer.Write((int)kind);
                context.SaveNonEmptyString(name);
            }
            writer.Write(Hash(transformer.BatchSize, columns, bytes));
            context.SaveBinaryStream(WeightsName, stream => stream.Write(bytes));
        }

        /// <summary>Reads a transformer; ML.NET finds this method by its name and its types.</summary>
        /// <exception cref="FormatException">The file was altered, or written by a newer version.</exception>
        /// <exception cref="InvalidDataException">The model needs an assembly that the application does not have.</exception>
        private static AutoencoderTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
        {
            ctx.CheckAtModel(Version);
            var batchSize = ctx.Reader.ReadInt32();
            var (input, target) = (ctx.LoadNonEmptyString(), ctx.LoadStringOrNull());
            var outputs = new (AutoencoderOutput Kind, string Name)[Math.Clamp(ctx.Reader.ReadInt32(), 0, Enum.GetValues<AutoencoderOutput>().Length)];
            for (var i = 0; i < outputs.Length; i++)
                outputs[i] = ((AutoencoderOutput)ctx.Reader.ReadInt32(), ctx.LoadNonEmptyString());
            var hash = ctx.Reader.ReadBytes(SHA256.HashSizeInBytes);
            if (batchSize < 1 || outputs.Length == 0 || !Array.TrueForAll(outputs, o => Enum.IsDefined(o.Kind)))
                throw Corrupt("its columns make no sense");

            var columns = new AutoencoderColumns(input, target, outputs);
            Autoencoder? model = null;
            var found = ctx.TryLoadBinaryStream(WeightsName, reader =>
            {
                using var bytes = new MemoryStream();
                reader.BaseStream.CopyTo(bytes);
                if (!Hash(batchSize, columns, bytes.ToArray()).AsSpan().SequenceEqual(hash))
                    throw Corrupt("its SHA-256 is not the one that was saved");
                bytes.Position = 0;
                model = AutoencoderFile.Load(bytes);
            });
            if (!found)
                throw Corrupt($"{WeightsName} is missing");
            return new AutoencoderTransformer(model!, columns, batchSize, history: null);
        }

        private static byte[] Hash(int batchSize, AutoencoderColumns columns, byte[] model)
        {
            var outputs = columns.Outputs.Select(o => $"{(int)o.Kind}{o.Name}");
            var header = string.Join('\0', [$"{batchSize}", columns.Input, columns.Target ?? "", .. outputs]);
            return SHA256.HashData([.. Encoding.UTF8.GetBytes(header), .. SHA256.HashData(model)]);
        }

        private static FormatException Corrupt(string why) => new($"The autoencoder in this model file is corrupt: {why}. Save the model again.");
    }
}

namespace FashionAE.MLNet.Autoencoding
{
    public sealed partial class AutoencoderTransformer
    {
        void ICanSaveModel.Save(ModelSaveContext ctx)
        {
            ArgumentNullException.ThrowIfNull(ctx);
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            MLNetInternals.Save(this, ctx);
        }
    }
}
