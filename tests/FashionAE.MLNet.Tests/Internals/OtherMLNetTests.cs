using System.Reflection;
using System.Text;
using FashionAE.MLNet.Tests.Support;

namespace FashionAE.MLNet.Tests.Internals;

/// <summary>
/// Runs a program with an ML.NET that claims to be version 5.9.9: the real one, with changed bytes in Microsoft.ML.Data.dll.
/// </summary>
[Trait("Pace", "slow")]
public sealed class OtherMLNetTests : IDisposable
{
    private const string NewVersion = "5.9.9";

    private static readonly string Program =
        typeof(OtherMLNetTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "WithoutLibtorch").Value!;

    private static readonly string OldVersion = typeof(Microsoft.ML.MLContext).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private readonly string _folder = Directory.CreateTempSubdirectory("other-mlnet-").FullName;

    [Fact]
    public void Without_a_member_that_is_needed_the_message_names_it_and_the_version_that_fits()
    {
        var lines = Run((OldVersion + '+', NewVersion + '+'), ("\0GetEnvironment\0", "\0GetEnvironmenX\0"));
        foreach (var touch in (string[])["estimator", "noise"])
        {
            var line = Assert.Single(lines, line => line.StartsWith(touch, StringComparison.Ordinal));
            Assert.Contains("NotSupportedException", line, StringComparison.Ordinal);
            Assert.Contains($"Microsoft.ML {NewVersion} does not: Method not found:", line, StringComparison.Ordinal);
            Assert.Contains("GetEnvironment", line, StringComparison.Ordinal);
            Assert.Contains($"Reference version {OldVersion} of Microsoft.ML", line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Another_version_with_all_members_is_accepted()
    {
        var lines = Run((OldVersion + '+', NewVersion + '+'));
        Assert.Contains(lines, line => line.StartsWith("estimator: FashionAE.MLNet.", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("NotSupportedException", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string[] Run(params (string From, string To)[] changes)
    {
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(Program)!))
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        var library = Path.Combine(_folder, "Microsoft.ML.Data.dll");
        var text = Encoding.Latin1.GetString(File.ReadAllBytes(library));
        foreach (var (from, to) in changes)
        {
            Assert.Contains(from, text, StringComparison.Ordinal);
            text = text.Replace(from, to, StringComparison.Ordinal);
        }
        File.WriteAllBytes(library, Encoding.Latin1.GetBytes(text));
        return OtherProgram.RunAt(
            Path.Combine(_folder, Path.GetFileName(Program)), 0, new() { ["FASHIONAE_LIBTORCH"] = OtherProgram.Libtorch },
            [Path.Combine(AppContext.BaseDirectory, "sample"), "no-model.safetensors"]);
    }
}
