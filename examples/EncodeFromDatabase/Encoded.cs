namespace EncodeFromDatabase;

/// <summary>A result: the latent vector of a picture.</summary>
internal sealed class Encoded
{
    public float[] Code { get; set; } = [];
}
