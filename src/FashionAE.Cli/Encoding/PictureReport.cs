using System.Collections.Concurrent;
using FashionAE.Report;

namespace FashionAE.Cli;

/// <summary>Draws the report of any model on the pictures of a folder.</summary>
internal static class PictureReport
{
    private const string Name = "FashionAE.Name";
    private const string Class = "FashionAE.Class";

    // The maximum of a report, as documented in ReportOptions.MaximumRows.
    private const int MostCodes = 2_000_000;

    /// <summary>Draws the page. Points have the names of files, and subfolders are classes.</summary>
    /// <returns>The page, or null if no picture can be read, and the pictures that are not on it.</returns>
    public static (ReportDocument? Page, IReadOnlyList<UnreadableImage> Unreadable) Draw(string modelPath, ImageFiles files, string folder)
    {
        var ml = new MLContext();
        using var model = EncodingModel.Load(ml, modelPath);
        var top = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        // The names of the pictures that the model does not drop. ML.NET may call the mapping on several threads.
        var reached = new ConcurrentDictionary<string, bool>();
        var names = ml.Transforms.CustomMapping<PathRow, NamedRow>((row, named) =>
        {
            named.Name = files.NameOf(row.Path);
            reached.TryAdd(named.Name, true);
            named.Class = Path.GetDirectoryName(named.Name) is { Length: > 0 } subfolder ? subfolder : top;
        }, contractName: null);
        var options = new ReportOptions
        {
            Title = $"{top}: autoencoder report",
            NameColumnName = Name,
            LabelColumnName = Class,
            MaximumRows = files.Names.Count,
        };
        var (pixels, read) = (new PixelOptions { Shape = model.Shape }, new List<string>());
        Action done = () => { };
        var input = new ModelInputView(ml.Data.LoadFromEnumerable(Rows()), model, pixelsAlone: false);
        using var step = model.Step is null ? ApplyFile(ml, modelPath, model.Column, input) : null;
        var chain = new TransformerChain<ITransformer>([.. model.Steps, names.Fit(input), model.Step ?? step!]);
        AutoencoderFigures? figures = null;
        try
        {
            Terminal.ShowProgress("pictures", files.Names.Count, advance =>
            {
                done = advance;
                figures = AutoencoderFigures.Read(chain, input, options);
            });
        }
        catch (InvalidOperationException) when (read.Count == 0)
        {
            // No picture can be read.
            return (null, files.Unreadable);
        }
        var page = figures!.ToDocument();
        var shown = page.Sections.SelectMany(section => section.Figures).OfType<PlaneFigure>().Single().Points
            .Select(point => point.Name!).ToHashSet();
        var most = Math.Max(1, MostCodes / figures.LatentSize);
        // Pictures beyond the maximum may have been read, too.
        var last = read.Where(reached.ContainsKey).Skip(most - 1).FirstOrDefault();
        var count = last is null ? read.Count : 1 + read.IndexOf(last);
        foreach (var name in read.Take(count).Where(name => !shown.Contains(name)))
            if (reached.ContainsKey(name))
                files.AddLeftOut(name, "the model computes values for it that are infinite or NaN.");
            else
                files.AddLeftOut(name);
        if (count < read.Count)
            files.AddLeftOut(
                read[count],
                $"a report has room for {most:N0} pictures of this model, so this one and those after it are not on the page.");
        return (page, files.Unreadable);

        // The figures enumerate the rows only once.
        IEnumerable<ImageFileRow> Rows()
        {
            foreach (var row in files.Read(0, files.Names.Count, pixels, () => done(), CancellationToken.None))
            {
                read.Add(files.NameOf(row.Path));
                yield return row;
            }
        }
    }

    private static AutoencoderTransformer ApplyFile(MLContext ml, string path, string column, IDataView view) =>
        ml.Transforms.ApplyAutoencoder("Code", column, Directory.Exists(path) ? new RunFolder(path).ModelPath : path).Fit(view);

    private sealed class PathRow
    {
        [ColumnName(ModelInputView.PathColumn)]
        public string Path { get; set; } = "";
    }

    private sealed class NamedRow
    {
        [ColumnName(PictureReport.Name)]
        public string Name { get; set; } = "";

        [ColumnName(PictureReport.Class)]
        public string Class { get; set; } = "";
    }
}
