using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>
/// A transformer that is saved as a record of settings, in a model file that a version of this library after it can read. Names of the
/// records' members are names in files.
/// </summary>
/// <typeparam name="TSelf">The transformer.</typeparam>
/// <typeparam name="TSettings">The record.</typeparam>
internal interface ISaved<TSelf, TSettings>
    where TSelf : ISaved<TSelf, TSettings>
    where TSettings : ICheckedSettings
{
    /// <summary>Gets eight characters that tell what is saved.</summary>
    static abstract string Kind { get; }

    /// <summary>Gets the name that the loader is registered under.</summary>
    static abstract string Signature { get; }

    /// <summary>Makes the transformer again of settings that were checked; what was saved beside them is in the context.</summary>
    static abstract TSelf Load(TSettings settings, ModelLoadContext context);
}

/// <summary>Settings that know what they can be: estimators and files are held to the same.</summary>
internal interface ICheckedSettings
{
    /// <exception cref="ArgumentException">A setting is out of its range, or a column has no name.</exception>
    void Check();
}

/// <summary>A transformer that logs; one that is loaded gets the environment of the <see cref="MLContext"/> that loads it.</summary>
internal interface IHosted
{
    /// <summary>Gets or sets the environment whose log it writes to.</summary>
    IHostEnvironment? Host { get; set; }
}

/// <summary>
/// Writes and reads the settings of a transformer. ML.NET finds a loader by the attribute LoadableClass of the assembly and calls its method
/// Create, which it looks for by name and types.
/// </summary>
internal static class ModelSaving<TTransformer, TSettings>
    where TTransformer : ISaved<TTransformer, TSettings>
    where TSettings : ICheckedSettings
{
    private static readonly JsonSerializerOptions Strict = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private static VersionInfo Version => new(
        modelSignature: TTransformer.Kind,
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: typeof(TTransformer).Assembly.FullName,
        loaderSignature: TTransformer.Signature);

    /// <summary>Writes the settings as JSON, with its SHA-256.</summary>
    public static void Save(ModelSaveContext context, TSettings settings)
    {
        context.CheckAtModel();
        context.SetVersionInfo(Version);
        var text = JsonSerializer.Serialize(settings);
        context.SaveNonEmptyString(text);
        context.Writer.Write(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <exception cref="FormatException">The file was altered, or written by a newer version.</exception>
    private static TTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var text = ctx.LoadNonEmptyString();
        if (!ctx.Reader.ReadBytes(SHA256.HashSizeInBytes).AsSpan().SequenceEqual(SHA256.HashData(Encoding.UTF8.GetBytes(text))))
            throw ModelFile.Corrupt($"the SHA-256 of a {typeof(TTransformer).Name} is not the one that was saved");
        try
        {
            var settings = JsonSerializer.Deserialize<TSettings>(text, Strict) ?? throw new JsonException("it is null");
            settings.Check();
            var transformer = TTransformer.Load(settings, ctx);
            if (transformer is IHosted hosted)
                hosted.Host = env;
            return transformer;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw ModelFile.Corrupt($"the settings of a {typeof(TTransformer).Name} are none ({e.Message.Split('\n')[0]})");
        }
    }
}

internal static class ModelFile
{
    /// <summary>Refuses columns without a name; those that are not wanted are null.</summary>
    public static void CheckNames(params string?[] names)
    {
        if (names.Contains(""))
            throw new ArgumentException("a column has no name");
    }

    public static FormatException Corrupt(string why) => new($"This model file is corrupt: {why}. Save the model again.");
}
