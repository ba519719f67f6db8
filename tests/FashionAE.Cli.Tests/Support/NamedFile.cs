namespace FashionAE.Cli.Tests.Support;

/// <summary>A file as a row.</summary>
internal sealed class NamedFile
{
    public string Name { get; set; } = "";
}
