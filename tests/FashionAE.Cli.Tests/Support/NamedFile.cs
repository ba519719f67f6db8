namespace FashionAE.Cli.Tests.Support;

/// <summary>A row with the name of a file.</summary>
internal sealed class NamedFile
{
    public string Name { get; set; } = "";
}
