namespace FashionAE.Report.Page;

/// <summary>A part of a page.</summary>
/// <param name="Id">Its anchor, such as "rotation".</param>
/// <param name="Title">Its heading.</param>
/// <param name="Lead">What it is about, as plain text.</param>
/// <param name="Figures">Its figures.</param>
public sealed record ReportSection(string Id, string Title, string Lead, IReadOnlyList<ReportFigure> Figures);
