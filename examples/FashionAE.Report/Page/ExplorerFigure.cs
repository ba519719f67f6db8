using FashionAE.Report.Figures;

namespace FashionAE.Report.Page;

/// <summary>The plane of codes, to move over: it shows what is decoded at each point.</summary>
/// <param name="Id">Its anchor and the name of its files.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Caption">What there is to see, as plain text.</param>
/// <param name="Description">What it shows, for those who do not see it.</param>
/// <param name="Grid">What is decoded.</param>
/// <param name="Cloud">The codes that lie beneath.</param>
/// <param name="Width">The width of a decoded image, in pixels.</param>
/// <param name="Height">Its height.</param>
public sealed record ExplorerFigure(
    string Id, string Title, string Caption, string Description, LatentGrid Grid, CodeCloud Cloud, int Width, int Height)
    : ReportFigure(Id, Title, Caption, Description);
