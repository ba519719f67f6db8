namespace FashionAE.Report.Page;

/// <summary>Makes the HTML and the file of an <see cref="ExplorerFigure"/>.</summary>
internal static class ExplorerHtml
{
    public static string Write(ExplorerFigure figure, string folder)
    {
        Check(figure);
        var grid = figure.Grid;
        // The first row of the grid has the least values, and up is more.
        var rows = Enumerable.Range(0, grid.Rows).Reverse().Select(row => (IReadOnlyList<Picture>)Enumerable.Range(0, grid.Columns)
            .Select(column => new Picture(figure.Width, figure.Height, grid.Images[(row * grid.Columns) + column])).ToList()).ToList();
        ContactSheet.Sprite(rows).Save(Path.Combine(folder, $"{figure.Id}.png"));
        return $"""
            <div class="explorer" id="{figure.Id}-explorer">
            <div class="plane">
            <canvas tabindex="0" role="application" aria-label="{Html.Text(figure.Description)}" aria-describedby="{figure.Id}-keys"></canvas>
            <div class="legend" role="group" aria-label="Classes that are shown"></div></div>
            <div class="decoded">
            <canvas role="img" aria-label="What is decoded at the cross" width="{figure.Width}" height="{figure.Height}"></canvas>
            <p><output aria-live="polite"></output></p>
            <p id="{figure.Id}-keys" class="hint">Move over the plane, drag on it, or use the arrow keys; with Shift the steps are ten
            times as long.</p></div>
            </div>

            """ + Html.Data($"{figure.Id}-data", Html.Json(Data(figure)));
    }

    private static object Data(ExplorerFigure figure) => new
    {
        figure.Grid.MinimumX,
        figure.Grid.MaximumX,
        figure.Grid.MinimumY,
        figure.Grid.MaximumY,
        figure.Grid.Columns,
        figure.Grid.Rows,
        figure.Width,
        figure.Height,
        figure.Cloud.ClassNames,
        Images = PackedBytes.Pack(Differences(figure)),
        X = PackedBytes.Pack(figure.Cloud.X),
        Y = PackedBytes.Pack(figure.Cloud.Y),
        Labels = PackedBytes.Pack(figure.Cloud.Labels.Select(label => (byte)label).ToArray()),
    };

    // Neighbors are almost the same, so their differences take much less room than they do.
    private static byte[] Differences(ExplorerFigure figure)
    {
        var size = figure.Width * figure.Height;
        var differences = new byte[size * figure.Grid.Images.Count];
        for (var image = 0; image < figure.Grid.Images.Count; image++)
            for (var pixel = 0; pixel < size; pixel++)
            {
                var before = image == 0 ? 0 : figure.Grid.Images[image - 1][pixel];
                differences[(image * size) + pixel] = (byte)(figure.Grid.Images[image][pixel] - before);
            }
        return differences;
    }

    private static void Check(ExplorerFigure figure)
    {
        var (grid, cloud) = (figure.Grid, figure.Cloud);
        if (grid.Columns < 2 || grid.Rows < 2 || grid.Images.Count != grid.Columns * grid.Rows)
            throw new ArgumentException($"The grid of '{figure.Id}' has {grid.Images.Count} images: give it {grid.Columns}x{grid.Rows}, at least 2x2.");
        if (grid.Images.Any(image => image.Length != figure.Width * figure.Height))
            throw new ArgumentException($"An image in the grid of '{figure.Id}' has not {figure.Width}x{figure.Height} pixels.");
        if (cloud.X.Count != cloud.Labels.Count || cloud.Y.Count != cloud.Labels.Count)
            throw new ArgumentException(
                $"The cloud of '{figure.Id}' has {cloud.X.Count} x, {cloud.Y.Count} y and {cloud.Labels.Count} labels: give it as many of each.");
        if (cloud.Labels.Any(label => label < 0 || label >= cloud.ClassNames.Count) || cloud.ClassNames.Count > Palette.Classes.Count)
            throw new ArgumentException(
                $"A label in the cloud of '{figure.Id}' has no name or no color: give names to at most {Palette.Classes.Count} classes.");
    }
}
