namespace Microsoft.ML.Data;

public sealed partial class SchemaDefinition
{
    /// <summary>Which properties count: those that can be read, those that can be written, or either.</summary>
    [Flags]
    public enum Direction
    {
        Read = 1,
        Write = 2,
        Both = Read | Write,
    }
}
