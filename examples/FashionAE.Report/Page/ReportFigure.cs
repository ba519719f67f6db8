namespace FashionAE.Report.Page;

/// <summary>A figure of a page.</summary>
/// <param name="Id">Its anchor and the name of its files, such as "rotation-samples".</param>
/// <param name="Title">Its heading.</param>
/// <param name="Caption">What there is to see, as plain text.</param>
/// <param name="Description">What it shows, for those who do not see it.</param>
public abstract record ReportFigure(string Id, string Title, string Caption, string Description);
