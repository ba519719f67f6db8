namespace FashionAE.Report;

/// <summary>A figure of a page. Each one has a button that saves its data as CSV.</summary>
/// <param name="Text">What is written about it.</param>
public abstract record ReportFigure(FigureText Text);

/// <summary>What is written about a figure.</summary>
/// <param name="Id">Its anchor and the name of its data: letters, digits and hyphens, once on the page.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Caption">What to see in it; the first sentence says the main thing.</param>
public sealed record FigureText(string Id, string Title, string Caption);

/// <summary>Pictures in rows and columns.</summary>
/// <param name="Text">What is written about it.</param>
/// <param name="RowTitles">A title for each row; empty where it has none.</param>
/// <param name="ColumnTitles">A title for each column, or none at all.</param>
/// <param name="Rows">The pictures, row by row.</param>
/// <param name="Scale">The error at the end of the color scale of heat maps; null without heat maps.</param>
public sealed record PictureFigure(
    FigureText Text, IReadOnlyList<string> RowTitles, IReadOnlyList<string> ColumnTitles,
    IReadOnlyList<IReadOnlyList<Picture>> Rows, double? Scale = null) : ReportFigure(Text);

/// <summary>A table of text and numbers.</summary>
/// <param name="Text">What is written about it.</param>
/// <param name="Columns">The headings; the first is that of the rows' names.</param>
/// <param name="Rows">The cells, row by row. Numbers are aligned to the right.</param>
public sealed record TableFigure(FigureText Text, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
    : ReportFigure(Text);

/// <summary>A chart of one of the forms that the page knows.</summary>
/// <param name="Text">What is written about it.</param>
/// <param name="Kind">The form, which says what the columns of the data mean.</param>
/// <param name="Rows">The data, row by row: numbers, text, or null.</param>
/// <param name="Axis">The title of the axis of values, with the unit.</param>
/// <param name="Mark">The value that a rule marks, such as a threshold or the epoch that was kept; null for none.</param>
/// <param name="MarkTitle">What the rule means, such as "threshold".</param>
public sealed record ChartFigure(
    FigureText Text, ChartKind Kind, IReadOnlyList<IReadOnlyList<object?>> Rows, string Axis, double? Mark = null, string MarkTitle = "")
    : ReportFigure(Text);

/// <summary>The forms of charts.</summary>
public enum ChartKind
{
    /// <summary>Lines over the epochs of a training. Columns: epoch, images (train, validation or test), loss, rate.</summary>
    Losses,

    /// <summary>A bar for each name, in order. Columns: name, value.</summary>
    Bars,

    /// <summary>How often values occur. Columns: value, group.</summary>
    Histogram,
}
