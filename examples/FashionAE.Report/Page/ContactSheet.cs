namespace FashionAE.Report.Page;

/// <summary>Draws the pictures of a figure as one.</summary>
internal static class ContactSheet
{
    /// <summary>How many pixels of a file each pixel of a picture takes along each side.</summary>
    public const int Scale = 4;

    /// <summary>How many pixels there are around each picture.</summary>
    public const int Margin = 6;

    private const int BarHeight = 16;

    /// <summary>Draws pictures side by side as they are, for the page to cut out.</summary>
    public static Raster Sprite(IReadOnlyList<IReadOnlyList<Picture>> rows)
    {
        var (width, height) = CellSize(rows);
        var sheet = new Raster(width * rows.Max(r => r.Count), height * rows.Count);
        Place(rows, (row, column, picture) => sheet.Draw(picture, column * width, row * height, 1));
        return sheet;
    }

    /// <summary>Draws pictures to look at: enlarged, apart, wrong ones in a red frame with a cut corner, and the color bar below.</summary>
    public static Raster Enlarged(PictureFigure figure)
    {
        var (width, height) = CellSize(figure.Rows);
        var (right, down) = ((width * Scale) + (2 * Margin), (height * Scale) + (2 * Margin));
        var (columns, bottom) = (figure.Rows.Max(r => r.Count), figure.Rows.Count * down);
        var sheet = new Raster(columns * right, bottom + (figure.Scale is null ? 0 : BarHeight + (2 * Margin)));
        Place(figure.Rows, (row, column, picture) =>
        {
            var (left, top) = ((column * right) + Margin, (row * down) + Margin);
            if (picture.IsMarked)
                sheet.Fill(left - 4, top - 4, (picture.Width * Scale) + 8, (picture.Height * Scale) + 8, 200, 30, 30);
            sheet.Draw(picture, left, top, Scale);
            if (picture.IsMarked)
                for (var y = 0; y < 5 * Scale; y++)
                    sheet.Fill(left, top + y, (5 * Scale) - y, 1, 200, 30, 30);
        });
        if (figure.Scale is { } scale)
            DrawBar(sheet, scale, Margin, bottom + Margin, sheet.Width - (2 * Margin));
        return sheet;
    }

    private static void DrawBar(Raster sheet, ColorScale scale, int left, int top, int width)
    {
        var count = scale.Colors.Length / 3;
        for (var x = 0; x < width; x++)
        {
            var color = scale.Colors.AsSpan(3 * (x * count / width), 3);
            sheet.Fill(left + x, top, 1, BarHeight, color[0], color[1], color[2]);
        }
    }

    private static void Place(IReadOnlyList<IReadOnlyList<Picture>> rows, Action<int, int, Picture> draw)
    {
        for (var row = 0; row < rows.Count; row++)
            for (var column = 0; column < rows[row].Count; column++)
                draw(row, column, rows[row][column]);
    }

    private static (int Width, int Height) CellSize(IReadOnlyList<IReadOnlyList<Picture>> rows)
    {
        var pictures = rows.SelectMany(row => row).ToList();
        return (pictures.Max(p => p.Width), pictures.Max(p => p.Height));
    }
}
