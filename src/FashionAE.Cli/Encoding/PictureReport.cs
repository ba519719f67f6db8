using FashionAE.Report;

namespace FashionAE.Cli;

/// <summary>Draws the report of any model on the pictures of a folder.</summary>
internal static class PictureReport
{
    private const string Name = "FashionAE.Name";
    private const string Class = "FashionAE.Class";

    /// <summary>Draws the page. Points have the names of files, and subfolders are classes.</summary>
    /// <returns>The page, or null if no picture can be read, and the pictures that are not on it.</returns>
    public static (ReportDocument? Page, IReadOnlyList<UnreadableImage> Unreadable) Draw(string modelPath, ImageFiles files, string folder)
    {
        var ml = new MLContext();
        using var model = EncodingModel.Load(ml, modelPath);
        var top = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        var names = ml.Transforms.CustomMapping<PathRow, NamedRow>((row, named) =>
        {
            named.Name = files.NameOf(row.Path);
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
        var view = names.Fit(input).Transform(input);
        using var step = model.Step is null ? ApplyFile(ml, modelPath, model.Column, view) : null;
        var chain = new TransformerChain<ITransformer>([.. model.Steps, model.Step ?? step!]);
        AutoencoderFigures? figures = null;
        try
        {
            Terminal.ShowProgress("pictures", files.Names.Count, advance =>
            {
                done = advance;
                figures = AutoencoderFigures.Read(chain, view, options);
            });
        }
        catch (InvalidOperationException) when (read.Count == 0)
        {
            // No picture can be read.
            return (null, files.Unreadable);
        }
        var page = figures!.ToDocument();
        var shown = page.Sections.SelectMany(section => section.Figures).OfType<PlaneFigure>().Single().Points.Select(point => point.Name);
        foreach (var name in read.Except(shown))
            files.AddLeftOut(name!);
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
