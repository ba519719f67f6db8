using FashionAE.Torch;

namespace FashionAE.Docs.Tests.Support;

/// <summary>Where a reader tries the blocks of a page: an empty folder, with the sample as the data set. What is printed is kept.</summary>
internal sealed class ReadersFolder : IDisposable
{
    private readonly string _before = Directory.GetCurrentDirectory();
    private readonly string? _dataBefore = Environment.GetEnvironmentVariable(FashionMnist.DirectoryVariable);
    private readonly TextWriter _consoleBefore = Console.Out;
    private readonly StringWriter _printed = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("fashionae-docs-").FullName;

    public ReadersFolder()
    {
        Directory.SetCurrentDirectory(_folder);
        Environment.SetEnvironmentVariable(FashionMnist.DirectoryVariable, Path.Combine(AppContext.BaseDirectory, "sample"));
        Console.SetOut(TextWriter.Synchronized(_printed));
    }

    public string Printed => _printed.ToString();

    public void Dispose()
    {
        Console.SetOut(_consoleBefore);
        Environment.SetEnvironmentVariable(FashionMnist.DirectoryVariable, _dataBefore);
        Directory.SetCurrentDirectory(_before);
        Directory.Delete(_folder, recursive: true);
    }
}
