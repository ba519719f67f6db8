namespace EncodeFromDatabase;

/// <summary>The code of a picture.</summary>
internal sealed class Coded
{
    public float[] Code { get; set; } = [];
}
