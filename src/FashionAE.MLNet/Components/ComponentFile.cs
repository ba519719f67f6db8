using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

/// <summary>
/// Writes a component to a model file and reads it, in a format that later versions of this library can read. ML.NET finds the loader
/// through the assembly attribute <see cref="SavedAttribute{TComponent}"/>. It looks up the method Create by its name and parameter types.
/// </summary>
internal static class ComponentFile<TComponent>
    where TComponent : Component, ISaved
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        // A threshold that no image exceeds is infinite. JSON cannot represent that as a number.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private static VersionInfo Version => new(
        modelSignature: TComponent.Kind,
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: typeof(TComponent).Assembly.FullName,
        loaderSignature: TComponent.Signature);

    /// <summary>Writes the settings as JSON, followed by the SHA-256 of that text.</summary>
    public static void Save(ModelSaveContext context, TComponent component)
    {
        context.CheckAtModel();
        context.SetVersionInfo(Version);
        var text = JsonSerializer.Serialize(component, Strict);
        context.SaveNonEmptyString(text);
        context.Writer.Write(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <exception cref="FormatException">The file was altered or written by a newer version.</exception>
    private static BatchTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var text = ctx.LoadNonEmptyString();
        if (!ctx.Reader.ReadBytes(SHA256.HashSizeInBytes).AsSpan().SequenceEqual(SHA256.HashData(Encoding.UTF8.GetBytes(text))))
            throw ModelFile.Corrupt($"the SHA-256 of the settings of {TComponent.Signature} differs from the saved one");
        try
        {
            var component = JsonSerializer.Deserialize<TComponent>(text, Strict) ?? throw new JsonException("it is null");
            component.Check();
            var transformer = component.Load(ctx);
            transformer.Host = env;
            return transformer;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw ModelFile.Corrupt($"the settings of {TComponent.Signature} are invalid ({e.Message.Split('\n')[0]})");
        }
    }
}

/// <summary>Declares to ML.NET that model files can contain a component.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class SavedAttribute<TComponent>()
    : LoadableClassAttributeBase(
        "", typeof(BatchTransformer), typeof(ComponentFile<TComponent>), null, [typeof(SignatureLoadModel)], "", TComponent.Signature)
    where TComponent : Component, ISaved;

internal static class ModelFile
{
    public static FormatException Corrupt(string why) => new($"This model file is corrupt: {why}. Save the model again.");
}
