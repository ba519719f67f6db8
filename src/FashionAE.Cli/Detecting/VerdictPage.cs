using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace FashionAE.Cli;

/// <summary>Writes a page that shows the worst pictures next to their overlays. It needs no network and no other file.</summary>
internal sealed class VerdictPage(DetectorModel detector, ImageFiles files, string overlays)
{
    /// <summary>The maximum number of pictures, which limits the page to about 20 MB.</summary>
    public const int MostPictures = 200;

    private const int PictureSide = 192;

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>Writes the page atomically.</summary>
    /// <param name="verdicts">All verdicts, the worst first. The page shows those that have an overlay.</param>
    /// <param name="unreadable">The number of pictures that could not be read.</param>
    /// <param name="path">The path of the page.</param>
    public void Write(IReadOnlyList<Verdict> verdicts, int unreadable, string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.Write(Top(verdicts, unreadable));
        foreach (var verdict in Shown(verdicts))
            writer.Write(Article(verdict));
        writer.Write("</ol>\n</main>\n</html>\n");
    });

    private IEnumerable<Verdict> Shown(IEnumerable<Verdict> verdicts) =>
        verdicts.Where(verdict => File.Exists(PictureJudge.OverlayOf(overlays, verdict.File))).Take(MostPictures);

    private string Top(IReadOnlyList<Verdict> verdicts, int unreadable)
    {
        var anomalies = verdicts.Count(verdict => verdict.IsAnomaly);
        var shown = Shown(verdicts).Count();
        var what = shown == 0 ? "No picture is shown." : $"This page shows the {shown:N0} worst, worst first. Next to each picture, heat"
            + " marks where it differs from normal pictures, and outlines enclose the marked regions.";
        var except = unreadable == 0 ? "" : $", except {unreadable:N0} that could not be read";
        return $$"""
            <!DOCTYPE html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
            <title>{{anomalies:N0}} of {{verdicts.Count:N0}} pictures are anomalies</title>
            <style>
            :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
            main { max-width: 60rem; margin: auto; padding: 1rem }
            ol { list-style: none; padding: 0 }
            li { border-top: 1px solid; padding: 1rem 0 }
            h2 { font-size: 1rem; margin: 0; overflow-wrap: anywhere }
            p { margin: 0.25rem 0 0.5rem }
            img { width: 256px; max-width: 45%; aspect-ratio: var(--proportions); margin-right: 1rem; image-rendering: pixelated }
            </style>
            <main>
            <h1>{{anomalies:N0}} of {{verdicts.Count:N0}} pictures are anomalies</h1>
            <p>Scores above {{detector.Threshold}} are anomalies. {{what}} The file verdicts.csv lists all pictures{{except}}.</p>
            <ol>

            """;
    }

    private string Article(Verdict verdict)
    {
        var name = Encoder.Encode(verdict.File);
        // The verdict on a normal picture has no box, even if its mask marks regions.
        var place = verdict switch
        {
            { Place: { } box } =>
                $"the largest marked region is {box.Width} x {box.Height} pixels, {box.X} from the left and {box.Y} from the top",
            { IsAnomaly: true } => "no region is marked",
            _ => null,
        };
        var kind = verdict.IsAnomaly ? "Anomaly" : "Normal";
        var overlay = File.ReadAllBytes(PictureJudge.OverlayOf(overlays, verdict.File));
        var picture = Picture(verdict.File, out var width, out var height);
        return $"""
            <li>
            <h2>{name}</h2>
            <p>{kind}, score {Number(verdict.Score)}, probability {Number(verdict.Probability)}{(place is null ? "" : $"; {place}")}.</p>
            <div style="--proportions: {width}/{height}">
            <img src="data:image/jpeg;base64,{Convert.ToBase64String(picture)}" alt="The picture {name}">
            <img src="data:image/png;base64,{Convert.ToBase64String(overlay)}" alt="Heat of {name}{(place is null ? "" : $": {place}")}">
            </div>
            </li>

            """;
    }

    private static string Number(float value) => value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>Reads a picture and encodes it as a small JPEG file.</summary>
    private byte[] Picture(string name, out int width, out int height)
    {
        var path = files.PathOf(name);
        (width, height) = SizeOf(path);
        var options = detector.Settings.PixelsOf(new ImageShape(3, height, width)) with { Invert = false };
        var values = PixelReader.Read(path, options);
        var plane = width * height;
        var bytes = new byte[4 * plane];
        for (var i = 0; i < plane; i++)
            for (var channel = 0; channel < 4; channel++)
                bytes[4 * i + channel] = channel == 3 ? byte.MaxValue : (byte)Math.Round(255 * values[channel * plane + i]);
        using var image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, bytes);
        // MLImage can only save to a file.
        var file = Path.Combine(overlays, $".{Guid.NewGuid():N}.jpg");
        try
        {
            image.Save(file);
            return File.ReadAllBytes(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Computes the size of a picture on the page. Keeps the proportions and never enlarges.</summary>
    private (int Width, int Height) SizeOf(string path)
    {
        using var image = PixelReader.ReadImage(path, detector.Settings.PixelsOf(detector.Settings.Shape));
        var scale = Math.Min(1, PictureSide / (double)Math.Max(image.Width, image.Height));
        return (Math.Max(1, (int)Math.Round(scale * image.Width)), Math.Max(1, (int)Math.Round(scale * image.Height)));
    }
}
