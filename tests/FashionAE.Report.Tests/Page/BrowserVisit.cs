using System.Diagnostics;
using System.Text.Json.Nodes;
using FashionAE.Report.Page;
using FashionAE.Tests.Shared;

namespace FashionAE.Report.Tests.Page;

/// <summary>One visit of a browser to the test's document, with libraries and without: what browser/check.mjs saw.</summary>
public sealed class BrowserVisit : IDisposable
{
    private static readonly string Root = FindRoot();
    private static readonly string Packages = Path.Combine(Root, "examples", "FashionAE.Report", "web");
    private readonly ScratchFolder _folder = new();
    private readonly Lazy<JsonNode> _seen;

    public BrowserVisit() => _seen = new Lazy<JsonNode>(Visit);

    /// <summary>Gets what was seen; the test is skipped where there is no browser.</summary>
    public JsonNode Seen
    {
        get
        {
            Skip.If(InstalledProgram.Find("chromium") is null, "There is no chromium: apt-get install chromium.");
            Skip.If(InstalledProgram.Find("node") is null, "There is no node: apt-get install nodejs npm.");
            Skip.IfNot(
                Directory.Exists(Path.Combine(Packages, "node_modules", "playwright-core")), $"There is no playwright-core: npm ci in {Packages}.");
            Skip.IfNot(
                File.Exists(Path.Combine(ReportWriter.LibrariesFolder, "vega.min.js")),
                "The build copied no libraries: build again, with node_modules in place.");
            return _seen.Value;
        }
    }

    public void Dispose() => _folder.Dispose();

    private JsonNode Visit()
    {
        var (page, bare) = (_folder.Of("report.html"), _folder.Of("bare/report.html"));
        ReportWriter.Write(TestDocument.Create(), page, ReportWriter.LibrariesFolder);
        ReportWriter.Write(TestDocument.Create(), bare, null);
        var screenshots = Environment.GetEnvironmentVariable("REPORT_SCREENSHOTS") ?? Path.Combine(Root, "artifacts", "screenshots");
        Directory.CreateDirectory(screenshots);
        var script = Path.Combine(AppContext.BaseDirectory, "browser", "check.mjs");
        var (exitCode, output, errors) = ChildProcess.Run(
            new ProcessStartInfo(InstalledProgram.Find("node")!, [script, Packages, InstalledProgram.Find("chromium")!, page, bare, screenshots]));
        Assert.True(exitCode == 0, $"browser/check.mjs failed: {errors}");
        return JsonNode.Parse(string.Join('\n', output))!;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "FashionAE.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not lie in the repository.");
        return folder.FullName;
    }
}
