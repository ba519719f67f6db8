using System.Drawing;
using System.Security.Cryptography;
using System.Text;

namespace FashionAE.Cli;

/// <summary>Applies a detector to the pictures of a folder and draws overlays.</summary>
internal sealed class PictureJudge(MLContext ml, DetectorModel detector, ImageFiles files)
{
    // Overlays of smaller detectors are enlarged to about this size.
    private const int OverlaySide = 256;
    private const int LongestName = 255;

    private Size Size => detector.Settings.Size!.Value;

    /// <summary>Judges every picture. Adds pictures that cannot be read to <see cref="ImageFiles.Unreadable"/>.</summary>
    /// <returns>The verdicts, the worst first.</returns>
    public IReadOnlyList<Verdict> Judge(Action done, CancellationToken cancellation)
    {
        var verdicts = new List<Verdict>();
        Read(detector.Pipeline, Rows(files.Names, done, cancellation), row =>
        {
            var isAnomaly = row.Get<bool>(DetectorModel.PredictedLabel);
            var path = $"{row.Get<ReadOnlyMemory<char>>(DetectorModel.Path)}";
            verdicts.Add(new Verdict(
                files.NameOf(path), row.Get<float>(DetectorModel.Score), row.Get<float>(DetectorModel.Probability), isAnomaly,
                isAnomaly ? PlaceOf(row, path) : null));
        }, DetectorModel.Path, DetectorModel.Score, DetectorModel.Probability, DetectorModel.PredictedLabel, DetectorModel.Mask);
        var judged = verdicts.Select(verdict => verdict.File).ToHashSet();
        foreach (var name in files.Names.Where(name => !judged.Contains(files.NameOf(files.PathOf(name)))))
            files.AddLeftOut(name, detector.Settings.PixelsOf(detector.Settings.Shape));
        return [.. verdicts.OrderByDescending(verdict => verdict.Score).ThenBy(verdict => verdict.File, StringComparer.Ordinal)];
    }

    /// <summary>Writes an overlay of heat and the outlines of marked regions for each of the pictures, as a PNG file.</summary>
    public void DrawOverlays(IReadOnlyList<string> names, string folder, Action done, CancellationToken cancellation)
    {
        var scale = Math.Max(1, OverlaySide / Math.Max(Size.Width, Size.Height));
        var input = Rows(names, done, cancellation);
        var judged = detector.Pipeline.Transform(input);
        var draw = ml.Transforms.DrawOverlay(
            "Overlay", DetectorModel.Pixels, DetectorModel.ErrorMap, DetectorModel.Mask,
            new OverlayDrawingEstimator.Options { Shape = detector.Settings.Shape, Scale = scale }).Fit(judged);
        Read(new TransformerChain<ITransformer>(detector.Pipeline, draw), input, row =>
        {
            var file = OverlayOf(folder, files.NameOf($"{row.Get<ReadOnlyMemory<char>>(DetectorModel.Path)}"));
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            using var image = row.Get<MLImage>("Overlay");
            image.Save(file);
        }, DetectorModel.Path, "Overlay");
    }

    /// <summary>Gets the path of a picture's overlay. Shortens a name beyond the limit of most file systems, and adds a hash.</summary>
    public static string OverlayOf(string folder, string name)
    {
        var bytes = Encoding.UTF8.GetBytes(Path.GetFileName(name));
        if (bytes.Length + ".png".Length <= LongestName)
            return Path.Combine(folder, $"{name}.png");
        var begin = string.Concat(Path.GetFileName(name).EnumerateRunes().Take(40));
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];
        return Path.Combine(folder, Path.GetDirectoryName(name) ?? "", $"{begin}-{hash}.png");
    }

    private Rectangle? PlaceOf(Row row, string path)
    {
        var mask = row.Get<VBuffer<bool>>(DetectorModel.Mask);
        if (MarkedRegion.Largest([.. mask.DenseValues()], Size.Width) is not { } box)
            return null;
        using var picture = PixelReader.ReadImage(path, detector.Settings.PixelsOf(detector.Settings.Shape));
        return MarkedRegion.Scale(box, Size, new Size(picture.Width, picture.Height));
    }

    private IDataView Rows(IReadOnlyList<string> names, Action done, CancellationToken cancellation)
    {
        return ml.Data.LoadFromEnumerable(Enumerate());

        IEnumerable<PictureRow> Enumerate()
        {
            foreach (var name in names)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return new PictureRow { ImagePath = files.PathOf(name) };
                done();
            }
        }
    }

    private static void Read(ITransformer transformer, IDataView input, Action<Row> use, params string[] columns)
    {
        var view = transformer.Transform(input);
        using var cursor = view.GetRowCursor(columns.Select(column => view.Schema[column]));
        var row = new Row(cursor);
        while (cursor.MoveNext())
            use(row);
    }

    /// <summary>The current row of a cursor. Creates each getter once.</summary>
    private sealed class Row(DataViewRow cursor)
    {
        private readonly Dictionary<string, Delegate> _getters = [];

        public T Get<T>(string column)
        {
            if (!_getters.TryGetValue(column, out var getter))
                _getters.Add(column, getter = cursor.GetGetter<T>(cursor.Schema[column]));
            var value = default(T)!;
            ((ValueGetter<T>)getter)(ref value);
            return value;
        }
    }
}
