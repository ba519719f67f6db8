namespace FashionAE.Report.Page;

/// <summary>All that a page shows, in order.</summary>
/// <param name="Title">The title.</param>
/// <param name="Lead">What the page is about, as plain text.</param>
/// <param name="Sections">Its parts.</param>
public sealed record ReportDocument(string Title, string Lead, IReadOnlyList<ReportSection> Sections);
