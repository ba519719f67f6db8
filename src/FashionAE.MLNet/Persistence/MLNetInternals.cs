using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FashionAE.MLNet.Augmentation;
using FashionAE.MLNet.Autoencoding;
using FashionAE.MLNet.Evaluation;
using FashionAE.MLNet.Imaging;
using FashionAE.MLNet.Persistence;
using FashionAE.Torch.Models;
using FashionAE.Torch.Persistence;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(AutoencoderTransformer), typeof(AutoencoderLoader), null, typeof(SignatureLoadModel), "", AutoencoderLoader.Signature)]
[assembly: LoadableClass(typeof(ImageRotatingTransformer), typeof(ImageRotatingLoader), null, typeof(SignatureLoadModel), "", ImageRotatingLoader.Signature)]
[assembly: LoadableClass(typeof(ImageDrawingTransformer), typeof(ImageDrawingLoader), null, typeof(SignatureLoadModel), "", ImageDrawingLoader.Signature)]
[assembly: LoadableClass(typeof(PixelScalingTransformer), typeof(PixelScalingLoader), null, typeof(SignatureLoadModel), "", PixelScalingLoader.Signature)]
[assembly: LoadableClass(typeof(NoiseAddingTransformer), typeof(NoiseAddingLoader), null, typeof(SignatureLoadModel), "", NoiseAddingLoader.Signature)]
[assembly: LoadableClass(typeof(ReconstructionScoringTransformer), typeof(ReconstructionScoringLoader), null, typeof(SignatureLoadModel), "", ReconstructionScoringLoader.Signature)]

namespace FashionAE.MLNet.Persistence;

/// <summary>
/// All that this library uses of ML.NET's internals is in this file: environments of catalogs, shapes of columns, their annotations, model
/// files.
/// </summary>
internal static class MLNetInternals
{
    public static IHostEnvironment EnvironmentOf(TransformsCatalog catalog) => catalog.GetEnvironment();

    public static IHostEnvironment EnvironmentOf(AnomalyDetectionCatalog.AnomalyDetectionTrainers catalog) => catalog.GetEnvironment();

    public static SchemaShape.Column Scalar(string name, DataViewType type, params SchemaShape.Column[] annotations) =>
        new(name, SchemaShape.Column.VectorKind.Scalar, type, false, new SchemaShape(annotations));

    public static SchemaShape.Column Vector(string name, DataViewType itemType, params SchemaShape.Column[] annotations) =>
        new(name, SchemaShape.Column.VectorKind.Vector, itemType, false, new SchemaShape(annotations));

    public static SchemaShape.Column VectorOfUnknownSize(string name, DataViewType itemType) =>
        new(name, SchemaShape.Column.VectorKind.VariableVector, itemType, false);

    public static SchemaShape ShapeOf(DataViewSchema schema) => SchemaShape.Create(schema);

    public static bool TryFind(SchemaShape schema, string name, out SchemaShape.Column column) => schema.TryFindColumn(name, out column);

    /// <summary>The type of a column in the words of ML.NET, such as VarVector&lt;Single&gt;.</summary>
    public static string Describe(SchemaShape.Column column) => column.GetTypeString();

    /// <param name="kind">Eight characters that tell what is saved.</param>
    /// <param name="loader">The name that the loader is registered under.</param>
    public static VersionInfo Version(string kind, string loader) => new(
        modelSignature: kind,
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: typeof(MLNetInternals).Assembly.FullName,
        loaderSignature: loader);

    /// <summary>Writes a record as JSON, with its SHA-256.</summary>
    public static void SaveSettings<T>(ModelSaveContext context, VersionInfo version, T settings)
    {
        context.CheckAtModel();
        context.SetVersionInfo(version);
        var text = JsonSerializer.Serialize(settings);
        context.SaveNonEmptyString(text);
        context.Writer.Write(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <exception cref="FormatException">The file was altered, or written by a newer version.</exception>
    public static T LoadSettings<T>(ModelLoadContext context, VersionInfo version)
    {
        context.CheckAtModel(version);
        var text = context.LoadNonEmptyString();
        if (!context.Reader.ReadBytes(SHA256.HashSizeInBytes).AsSpan().SequenceEqual(SHA256.HashData(Encoding.UTF8.GetBytes(text))))
            throw Corrupt($"the SHA-256 of a {typeof(T).Name} is not the one that was saved");
        return JsonSerializer.Deserialize<T>(text) ?? throw Corrupt($"a {typeof(T).Name} is null");
    }

    public static FormatException Corrupt(string why) => new($"This model file is corrupt: {why}. Save the model again.");
}

/// <summary>The annotations of added columns, each as an estimator promises it and as a transformer delivers it.</summary>
internal static class ColumnAnnotations
{
    private const string SlotNames = AnnotationUtils.Kinds.SlotNames;

    /// <summary>What tells that a column is a detector's score or verdict, as ML.NET's trainers promise it.</summary>
    public static SchemaShape.Column[] PromisedOfDetector => [.. AnnotationUtils.GetTrainerOutputAnnotation()];

    public static SchemaShape.Column[] PromisedOfLatent => [MLNetInternals.Vector(SlotNames, TextDataViewType.Instance)];

    /// <summary>The slot names that a column of images like the input's takes over from it; a vector of unknown size has none.</summary>
    public static SchemaShape.Column[] PromisedOfImages(SchemaShape.Column input) =>
        input.Kind == SchemaShape.Column.VectorKind.Vector && input.Annotations.TryFindColumn(SlotNames, out var names) ? [names] : [];

    /// <inheritdoc cref="PromisedOfImages"/>
    public static DataViewSchema.Annotations OfImages(DataViewSchema.Column input)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(input.Annotations, kind => kind == SlotNames && input.Type is VectorDataViewType { IsKnownSize: true });
        return builder.ToAnnotations();
    }

    /// <summary>Names the slots of latent vectors Latent1, Latent2 and so on.</summary>
    public static DataViewSchema.Annotations OfLatent(int size)
    {
        var names = Enumerable.Range(1, size).Select(i => $"Latent{i}".AsMemory()).ToArray();
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(
            SlotNames, new VectorDataViewType(TextDataViewType.Instance, size),
            (ref VBuffer<ReadOnlyMemory<char>> value) => VBuffer<ReadOnlyMemory<char>>.Copy(names, 0, ref value, names.Length));
        return builder.ToAnnotations();
    }

    /// <summary>Makes the annotations of a detector's score or verdict: one set with a number of its own in the schema.</summary>
    /// <param name="inputSchema">The schema that they are added to.</param>
    /// <param name="isScore">True for the score, false for the verdict.</param>
    public static DataViewSchema.Annotations OfDetector(DataViewSchema inputSchema, bool isScore)
    {
        var set = inputSchema.GetMaxAnnotationKind(out _, AnnotationUtils.Kinds.ScoreColumnSetId) + 1;
        var valueKind = isScore ? AnnotationUtils.Const.ScoreValueKind.Score : AnnotationUtils.Const.ScoreValueKind.PredictedLabel;
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreColumnSetId, AnnotationUtils.ScoreColumnSetIdType, set);
        builder.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreColumnKind, TextDataViewType.Instance, AnnotationUtils.Const.ScoreColumnKind.AnomalyDetection.AsMemory());
        builder.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreValueKind, TextDataViewType.Instance, valueKind.AsMemory());
        return builder.ToAnnotations();
    }
}

/// <summary>Saves and loads autoencoders: the settings, and the model under a name of its own with its SHA-256 in the settings.</summary>
internal static class AutoencoderLoader
{
    public const string Signature = "FashionAE.Autoencoder";
    private const string WeightsName = "Autoencoder.safetensors";

    private static VersionInfo Version => MLNetInternals.Version("FSHNAUTO", Signature);

    public static void Save(AutoencoderTransformer transformer, ModelSaveContext context)
    {
        ObjectDisposedException.ThrowIf(transformer.IsDisposed, transformer);
        using var model = new MemoryStream();
        AutoencoderFile.Save(transformer.Model, model);
        var bytes = model.ToArray();
        var outputs = transformer.Columns.Outputs.ToDictionary(o => o.Kind, o => o.Name);
        var settings = new Settings(
            transformer.Columns.Input, transformer.Columns.Target, outputs, transformer.BatchSize, transformer.Threshold, Convert.ToHexString(SHA256.HashData(bytes)));
        MLNetInternals.SaveSettings(context, Version, settings);
        context.SaveBinaryStream(WeightsName, stream => stream.Write(bytes));
    }

    /// <summary>Reads a transformer; ML.NET finds this method by its name and its types.</summary>
    /// <exception cref="FormatException">The file was altered, or written by a newer version.</exception>
    /// <exception cref="InvalidDataException">The model needs an assembly that the application does not have.</exception>
    private static AutoencoderTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        var settings = MLNetInternals.LoadSettings<Settings>(ctx, Version);
        Autoencoder? model = null;
        var found = ctx.TryLoadBinaryStream(WeightsName, reader =>
        {
            using var bytes = new MemoryStream();
            reader.BaseStream.CopyTo(bytes);
            if (Convert.ToHexString(SHA256.HashData(bytes.ToArray())) != settings.Sha256)
                throw MLNetInternals.Corrupt($"the SHA-256 of {WeightsName} is not the one that was saved");
            bytes.Position = 0;
            model = AutoencoderFile.Load(bytes);
        });
        if (!found)
            throw MLNetInternals.Corrupt($"{WeightsName} is missing");
        var columns = new AutoencoderColumns(settings.Input, settings.Target, [.. settings.Outputs.Select(o => (o.Key, o.Value))]);
        return new AutoencoderTransformer(model!, columns, settings.BatchSize, history: null, settings.Threshold);
    }

    internal sealed record Settings(
        string Input, string? Target, Dictionary<AutoencoderOutput, string> Outputs, int BatchSize, float? Threshold, string Sha256);
}

internal static class ImageRotatingLoader
{
    public const string Signature = "FashionAE.RotateImages";

    private static VersionInfo Version => MLNetInternals.Version("FSHNROTA", Signature);

    public static void Save(ImageRotatingTransformer transformer, ModelSaveContext context) =>
        MLNetInternals.SaveSettings(context, Version, transformer.Settings);

    private static ImageRotatingTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(MLNetInternals.LoadSettings<RotationSettings>(ctx, Version));
}

internal static class PixelScalingLoader
{
    public const string Signature = "FashionAE.ScalePixels";

    private static VersionInfo Version => MLNetInternals.Version("FSHNPIXL", Signature);

    public static void Save(PixelScalingTransformer transformer, ModelSaveContext context) =>
        MLNetInternals.SaveSettings(context, Version, transformer.Settings);

    private static PixelScalingTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(MLNetInternals.LoadSettings<PixelScalingSettings>(ctx, Version));
}

internal static class ImageDrawingLoader
{
    public const string Signature = "FashionAE.DrawImages";

    private static VersionInfo Version => MLNetInternals.Version("FSHNDRAW", Signature);

    public static void Save(ImageDrawingTransformer transformer, ModelSaveContext context) =>
        MLNetInternals.SaveSettings(context, Version, transformer.Settings);

    private static ImageDrawingTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(MLNetInternals.LoadSettings<ImageDrawingSettings>(ctx, Version));
}

internal static class NoiseAddingLoader
{
    public const string Signature = "FashionAE.GaussianNoise";

    private static VersionInfo Version => MLNetInternals.Version("FSHNNOIS", Signature);

    public static void Save(NoiseAddingTransformer transformer, ModelSaveContext context) =>
        MLNetInternals.SaveSettings(context, Version, transformer.Settings);

    private static NoiseAddingTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(MLNetInternals.LoadSettings<NoiseSettings>(ctx, Version));
}

internal static class ReconstructionScoringLoader
{
    public const string Signature = "FashionAE.Scores";

    private static VersionInfo Version => MLNetInternals.Version("FSHNSCOR", Signature);

    public static void Save(ReconstructionScoringTransformer transformer, ModelSaveContext context) =>
        MLNetInternals.SaveSettings(context, Version, transformer.Settings);

    private static ReconstructionScoringTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(MLNetInternals.LoadSettings<ScoringSettings>(ctx, Version));
}
