namespace EncodeFromDatabase;

/// <summary>A row of the database.</summary>
internal sealed class Picture
{
    public byte[] Png { get; set; } = [];
}
