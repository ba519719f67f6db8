namespace FashionAE.Robustness;

/// <summary>A reader of files, the file that it is given, and what it may do when that was altered.</summary>
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

    /// <summary>Gets a value indicating whether another result than that of the unaltered file can be right: it holds data that no checksum guards.</summary>
    public virtual bool MayDiffer => false;

    public static Target Create(string kind, string folder) =>
        kind.StartsWith(FaultyPrefix, StringComparison.Ordinal) ? new Targets.FaultyTarget(folder, kind[FaultyPrefix.Length..]) : Kinds[kind](folder);

    /// <summary>Writes the unaltered files, the same in every process.</summary>
    public abstract void Prepare();

    /// <summary>Alters a file.</summary>
    public abstract void Alter(Random random);

    /// <summary>Reads the files and uses what they hold, and describes that to the bit.</summary>
    /// <exception cref="ImplausibleException">What was read cannot be.</exception>
    public abstract string Read();

    /// <summary>Whether the reader's documentation says that an altered file can make it throw this.</summary>
    public virtual bool IsDocumented(Exception exception) => exception is InvalidDataException;

    /// <summary>What an exception is to be judged by: itself, or what another's code has wrapped in it.</summary>
    public virtual Exception CauseOf(Exception exception) => exception;

    protected string PathOf(params string[] names) => Path.Combine([folder, .. names]);
}

/// <summary>A reader has given what no file should make it give.</summary>
internal sealed class ImplausibleException(string message) : Exception(message);
