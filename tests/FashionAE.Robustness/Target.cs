namespace FashionAE.Robustness;

/// <summary>A reader of files, its input files, and the outcomes that are allowed if they are altered.</summary>
internal abstract class Target(string folder)
{
    private const string FaultyPrefix = "faulty-";

    private static readonly Dictionary<string, Func<string, Target>> Kinds = new()
    {
        ["safetensors"] = folder => new Targets.SafeTensorsTarget(folder),
        ["safetensors-header"] = folder => new Targets.SafeTensorsHeaderTarget(folder),
        ["model"] = folder => new Targets.ModelTarget(folder),
        ["architecture"] = folder => new Targets.ArchitectureTarget(folder),
        ["checkpoint"] = folder => new Targets.CheckpointTarget(folder),
        ["checkpoint-metadata"] = folder => new Targets.CheckpointMetadataTarget(folder),
        ["pipeline"] = folder => new Targets.PipelineTarget(folder),
        ["pipeline-entry"] = folder => new Targets.PipelineEntryTarget(folder),
        ["pipeline-settings"] = folder => new Targets.PipelineSettingsTarget(folder),
        ["idx"] = folder => new Targets.IdxTarget(folder, isCompressed: false),
        ["idx-gz"] = folder => new Targets.IdxTarget(folder, isCompressed: true),
        ["run"] = folder => new Targets.RunTarget(folder),
        ["png"] = folder => new Targets.ImageTarget(folder, ".png"),
        ["jpeg"] = folder => new Targets.ImageTarget(folder, ".jpg"),
    };

    /// <summary>Gets a value indicating whether a different result is allowed, because the alteration is in data without a checksum.</summary>
    public virtual bool MayDiffer => false;

    public static Target Create(string kind, string folder) =>
        kind.StartsWith(FaultyPrefix, StringComparison.Ordinal) ? new Targets.FaultyTarget(folder, kind[FaultyPrefix.Length..]) : Kinds[kind](folder);

    /// <summary>Writes the unaltered files, the same in every process.</summary>
    public abstract void Prepare();

    /// <summary>Alters a file.</summary>
    public abstract void Alter(Random random);

    /// <summary>Reads the files, uses their content, and describes the result bitwise.</summary>
    /// <exception cref="ImplausibleException">The content is impossible.</exception>
    public abstract string Read();

    /// <summary>Returns whether the reader documents this exception for damaged files.</summary>
    public virtual bool IsDocumented(Exception exception) => exception is InvalidDataException;

    /// <summary>Gets the exception to check: the exception itself, or the inner exception if third-party code has wrapped it.</summary>
    public virtual Exception CauseOf(Exception exception) => exception;

    protected string PathOf(params string[] names) => Path.Combine([folder, .. names]);
}

/// <summary>The exception for a result that no file should cause.</summary>
internal sealed class ImplausibleException(string message) : Exception(message);
