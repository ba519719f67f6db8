namespace FashionAE.Report.Page;

/// <summary>Images in rows and columns.</summary>
/// <param name="Id">Its anchor and the name of its files.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Caption">What there is to see, as plain text.</param>
/// <param name="Description">What it shows, for those who do not see it.</param>
/// <param name="RowTitles">A title for each row; empty ones are not shown.</param>
/// <param name="ColumnTitles">A title for each column, none, or empty ones.</param>
/// <param name="Rows">The pictures, row by row.</param>
/// <param name="Scale">What colors stand for; null for pictures of gray.</param>
public sealed record PictureFigure(
    string Id, string Title, string Caption, string Description, IReadOnlyList<string> RowTitles, IReadOnlyList<string> ColumnTitles,
    IReadOnlyList<IReadOnlyList<Picture>> Rows, ColorScale? Scale = null) : ReportFigure(Id, Title, Caption, Description);
