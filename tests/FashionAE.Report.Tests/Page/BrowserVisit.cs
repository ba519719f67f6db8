using System.Diagnostics;
using System.Text.Json.Nodes;
using FashionAE.Tests.Shared;

namespace FashionAE.Report.Tests.Page;

/// <summary>Opens the test pages in a browser once, with browser/check.mjs. The files stay in artifacts/screenshots.</summary>
public sealed class BrowserVisit
{
    private static readonly string Root = FindRoot();
    private static readonly string Packages = Path.Combine(Root, "src", "FashionAE.Report", "web");
    private readonly Lazy<JsonNode> _seen = new(Visit);

    /// <summary>Gets the folder of the pages and screenshots.</summary>
    public static string Folder { get; } = Path.Combine(Root, "artifacts", "screenshots");

    /// <summary>Gets the folder of the tests' sources.</summary>
    public static string Sources { get; } = Path.Combine(Root, "tests", "FashionAE.Report.Tests", "Page");

    /// <summary>Gets the results of the visit. Skips the test if there is no browser.</summary>
    public JsonNode Seen
    {
        get
        {
            InstalledProgram.Require("chromium", "chromium");
            InstalledProgram.Require("node", "nodejs npm");
            Skip.IfNot(Directory.Exists(Path.Combine(Packages, "node_modules", "playwright-core")), $"There is no playwright-core: npm ci in {Packages}.");
            return _seen.Value;
        }
    }

    private static JsonNode Visit()
    {
        Directory.CreateDirectory(Folder);
        void Write(string name, ReportDocument document, bool hasLibraries = true) =>
            File.WriteAllBytes(Path.Combine(Folder, name), PageWriter.Write(document, hasLibraries));
        Write("images.html", TestDocument.Images());
        Write("bare.html", TestDocument.Images(), hasLibraries: false);
        Write("vectors.html", TestDocument.Vectors(TestDocument.VectorPlane()));
        Write("served.html", TestDocument.Vectors(TestDocument.VectorPlane() with { DecodeUrl = "decode", Grid = null }));
        Write("many.html", TestDocument.Vectors(TestDocument.Plane() with { Points = TestDocument.Points(60_000) }));
        var script = Path.Combine(Root, "tests", "FashionAE.Report.Tests", "browser", "check.mjs");
        var (exitCode, output, errors) = ChildProcess.Run(
            new ProcessStartInfo(InstalledProgram.Find("node")!, [script, Packages, InstalledProgram.Find("chromium")!, Folder]));
        Assert.True(exitCode == 0, $"browser/check.mjs failed: {errors}");
        File.WriteAllText(Path.Combine(Folder, "seen.json"), string.Join('\n', output));
        return JsonNode.Parse(string.Join('\n', output))!;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "FashionAE.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests are not in the repository.");
        return folder.FullName;
    }
}
