namespace FashionAE.Report.Page;

/// <summary>A table.</summary>
/// <param name="Id">Its anchor.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Caption">What there is to see, as plain text.</param>
/// <param name="Description">What it shows, for those who do not see it.</param>
/// <param name="Columns">The heads of the columns; the first is that of the rows' names.</param>
/// <param name="Rows">The cells, row by row. Columns other than the first whose cells are numbers are aligned to the right.</param>
public sealed record TableFigure(
    string Id, string Title, string Caption, string Description, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
    : ReportFigure(Id, Title, Caption, Description);
