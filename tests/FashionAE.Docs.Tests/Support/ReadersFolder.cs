using FashionAE.Torch;

namespace FashionAE.Docs.Tests.Support;

/// <summary>An empty folder to run the blocks of a page in, with the sample as the data set. Stores the console output.</summary>
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
