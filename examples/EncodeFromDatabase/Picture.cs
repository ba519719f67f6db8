namespace EncodeFromDatabase;

/// <summary>A row of the database: a picture as a PNG file.</summary>
internal sealed class Picture
{
    public byte[] Png { get; set; } = [];
}
