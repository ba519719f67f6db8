namespace FashionAE.Report;

/// <summary>A figure of a page. Each figure has a button that saves its data as CSV.</summary>
/// <param name="Text">The id, title and caption.</param>
public abstract record ReportFigure(FigureText Text);

/// <summary>The texts of a figure.</summary>
/// <param name="Id">The anchor of the figure and the name of its data: a letter, then letters, digits and hyphens. It is unique.</param>
/// <param name="Title">The heading.</param>
/// <param name="Caption">The explanation. Its first sentence has the main point.</param>
public sealed record FigureText(string Id, string Title, string Caption);

/// <summary>Pictures in rows and columns.</summary>
/// <param name="Text">The id, title and caption.</param>
/// <param name="RowTitles">The titles of rows; empty for a row without a title.</param>
/// <param name="ColumnTitles">The titles of columns, or an empty list.</param>
/// <param name="Rows">The pictures, row by row.</param>
/// <param name="Scale">The error at the end of the color scale of heat maps; null without heat maps.</param>
public sealed record PictureFigure(
    FigureText Text, IReadOnlyList<string> RowTitles, IReadOnlyList<string> ColumnTitles,
    IReadOnlyList<IReadOnlyList<Picture>> Rows, double? Scale = null) : ReportFigure(Text);

/// <summary>A table of text and numbers.</summary>
/// <param name="Text">The id, title and caption.</param>
/// <param name="Columns">The headings. The first column has the names of the rows.</param>
/// <param name="Rows">The cells, row by row. Numbers are aligned to the right.</param>
public sealed record TableFigure(FigureText Text, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
    : ReportFigure(Text);

/// <summary>A chart of one of the kinds that the page can draw.</summary>
/// <param name="Text">The id, title and caption.</param>
/// <param name="Kind">The kind of the chart, which defines the columns of the data.</param>
/// <param name="Rows">The data, row by row: numbers, text or null.</param>
/// <param name="Axis">The title of the value axis, with the unit.</param>
/// <param name="Mark">The value at which a rule is drawn, such as a threshold or the best epoch; null for no rule.</param>
/// <param name="MarkTitle">The label of the rule, such as "threshold".</param>
public sealed record ChartFigure(
    FigureText Text, ChartKind Kind, IReadOnlyList<IReadOnlyList<object?>> Rows, string Axis, double? Mark = null, string MarkTitle = "")
    : ReportFigure(Text);

/// <summary>The kinds of charts.</summary>
public enum ChartKind
{
    /// <summary>Losses over the epochs of a training. Columns: epoch, images (train, validation or test), loss, rate.</summary>
    Losses,

    /// <summary>A bar for each name, in order. Columns: name, value.</summary>
    Bars,

    /// <summary>The distribution of values. Columns: value, group.</summary>
    Histogram,
}
